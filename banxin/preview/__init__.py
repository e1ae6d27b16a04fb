"""The preview of `watch`: a web server for the browsers of this machine, with pages that follow the book.

The desk (`layouts/base/preview/desk.html`) shows the pages of the PDF beside the web edition. Only files under the
output folder are served, and the desk's own. They stay as they are: what makes a page follow is in what is sent, never
in the file.
"""

from banxin.preview.answers import Preview, answer
from banxin.preview.server import HOST, Server, serving

__all__ = ["HOST", "Preview", "Server", "answer", "serving"]
