"""What the bodies are called that the list names (牵头单位、责任单位)."""

from collections.abc import Mapping

BODIES: Mapping[str, tuple[str, str]] = {
    "housing": ("住建", "housing"),
    "urban_enforcement": ("综合执法", "urban enforcement"),
    "police": ("公安", "police"),
    "market": ("市场监管", "market supervision"),
    "development": ("发改", "development and reform"),
    "fire": ("消防", "fire"),
    "emergency": ("应急", "emergency"),
    "civil_affairs": ("民政", "civil affairs"),
    "natural_resources": ("自然资源", "natural resources"),
    "parks": ("园林", "parks"),
    "municipal_works": ("市政", "municipal works"),
    "network_information": ("网络信息", "network information"),
    "leading_group": ("领导小组办公室", "office of the leading group"),
    "government": ("县（市）区人民政府", "district government"),
    "street": ("街道", "street office"),
}
"""By code: Chinese, English."""
