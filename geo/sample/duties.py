"""Who leads and who is responsible for each row of the task list (牵头单位, 责任单位)."""

import pandas

from geo.sample.setting import Frames, Setting

_LIST = """
T1 city | leading_group housing | urban_enforcement police market municipal_works civil_affairs development emergency fire
T2 county | government | housing street
T3 city | government housing | urban_enforcement police market municipal_works development fire
T4 county | government housing | urban_enforcement police market development fire street
T5 city | housing | government
T6 county | government | housing street
T7 city | development housing | government market
T8 county | development housing | market street
T9 city | emergency fire | government housing urban_enforcement
T10 county | emergency fire | housing urban_enforcement street
T11 city | government | housing civil_affairs
T12 county | street | housing civil_affairs
T13 city | urban_enforcement police | government housing market natural_resources parks municipal_works network_information emergency fire
T14 county | government urban_enforcement police emergency | housing market natural_resources parks
T15 county | government | housing civil_affairs network_information
"""  # noqa: E501
YINCHUAN = "640100"


def tables(setting: Setting) -> Frames:
    """The duty table; the list is Yinchuan's, so elsewhere it is a sample."""
    rows = []
    for line in _LIST.strip().splitlines():
        head, lead, responsible = (part.split() for part in line.split("|"))
        rows += [(*head, "lead", body) for body in lead]
        rows += [(*head, "responsible", body) for body in responsible]
    table = pandas.DataFrame(rows, columns=["row", "level", "role", "body"])
    table.insert(0, "id", range(len(table)))
    table["synthetic"] = setting.city_code != YINCHUAN
    return {"oversight.duty": table}
