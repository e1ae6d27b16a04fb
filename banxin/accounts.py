"""Where authors are found on the web."""

from __future__ import annotations

from collections.abc import Mapping

from banxin.book import Account

HANDLES = {
    "github": "https://github.com/{}",
    "twitter": "https://x.com/{}",
    "x": "https://x.com/{}",
    "weibo": "https://weibo.com/{}",
    "mastodon": "",
    "bluesky": "https://bsky.app/profile/{}",
    "rednote": "",
    "xiaohongshu": "",
    "zhihu": "https://www.zhihu.com/people/{}",
    "douban": "https://www.douban.com/people/{}",
    "bilibili": "https://space.bilibili.com/{}",
    "wechat": "",
    "telegram": "https://t.me/{}",
    "instagram": "https://www.instagram.com/{}",
    "youtube": "https://www.youtube.com/@{}",
    "orcid": "https://orcid.org/{}",
    "threads": "https://www.threads.net/@{}",
    "medium": "https://medium.com/@{}",
    "substack": "https://{}.substack.com/",
    "website": "",
    "blog": "",
    "email": "mailto:{}",
}
"""Services that an author may name in front matter, with the address of a handle where it follows from it."""


def account(service: str, value: str) -> Account:
    """`github: midnight` or `github: https://github.com/midnight` -> what is shown and where it leads."""
    if value.startswith(("https://", "http://")):
        handle = value.rstrip("/").split("//", 1)[1]
        return Account(service, handle, value)
    pattern = HANDLES.get(service, "")
    return Account(service, value, pattern.format(value.lstrip("@")) if pattern else "")


def accounts(values: Mapping[str, str]) -> tuple[Account, ...]:
    """All of an author's accounts, in the order written."""
    return tuple(account(service, value) for service, value in values.items())
