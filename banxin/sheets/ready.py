"""What lays out and binds signatures, loaded at once: a worker imports this before it is asked for anything."""

from fontTools import fontBuilder
from fontTools.ttLib.tables import _g_l_y_f, _n_a_m_e, otTables

from banxin.compose import patch, speed
from banxin.sheets import bind, embed, frames, lay

__all__ = ["_g_l_y_f", "_n_a_m_e", "bind", "embed", "fontBuilder", "frames", "lay", "otTables", "patch", "speed"]
