"""What the offices set themselves: targets, actions, campaigns, trainings, yearly scores."""

import numpy as np
import pandas

from geo.models.codes import ROWS, TARGET_METRICS, TRAINING_AUDIENCES
from geo.sample import days
from geo.sample.compounds import Homes
from geo.sample.setting import Frames, Setting

_GOALS = dict(zip(TARGET_METRICS, (0.97, 0.9, 0.85, 0.004, 0.4, 0.8, 0.005), strict=True))
_ACTIONS = {
    "T1": ("leading_group", "示例：制定三年行动方案"),
    "T2": ("government", "示例：分解年度目标"),
    "T3": ("housing", "示例：九不准专项整治"),
    "T4": ("housing", "示例：加密巡查频次"),
    "T5": ("housing", "示例：开展星级评定"),
    "T6": ("government", "示例：发放星级铭牌"),
    "T7": ("development", "示例：收费公示核查"),
    "T8": ("development", "示例：收费问题清单"),
    "T9": ("fire", "示例：消防安全整治"),
    "T10": ("emergency", "示例：日常安全检查"),
    "T11": ("government", "示例：业委会规范运行"),
    "T12": ("street", "示例：换届指导"),
    "T13": ("urban_enforcement", "示例：执法进小区"),
    "T14": ("police", "示例：责任清单上墙"),
    "T15": ("street", "示例：物管会试点"),
}
_CAMPAIGNS = (
    ("fee_disclosure", "T8", "示例：物业收费公示专项检查", 700, 120),
    ("safety", "T10", "示例：高层消防安全专项检查", 420, 90),
    ("guards", "T13", "示例：保安备案专项检查", 250, 60),
    ("committee", "T12", "示例：业委会换届摸底", 100, 130),
)
_PROBLEMS = {"fee_disclosure": "conduct", "safety": "safety", "guards": "public_management"}
_PROBLEMS |= {"committee": "committee"}


def tables(setting: Setting, homes: Homes, violation: pandas.DataFrame) -> Frames:
    """target, action, campaign, campaign_problem, training and assessment."""
    campaign = _campaigns(setting)
    return {
        "planning.target": _targets(setting, homes),
        "planning.action": _actions(setting),
        "planning.campaign": campaign.drop(columns=["first", "end"]),
        "planning.campaign_problem": _problems(setting, campaign, violation),
        "planning.training": _trainings(setting),
        "planning.assessment": _assessments(setting, homes),
    }


def _targets(setting: Setting, homes: Homes) -> pandas.DataFrame:
    """A goal for each district, year and metric, in compounds."""
    compounds = homes.table["district_code"].value_counts()
    years = range(setting.until.year - 2, setting.until.year + 1)
    table = pandas.MultiIndex.from_product(
        [setting.districts["code"], years, TARGET_METRICS],
        names=["district_code", "year", "metric"],
    ).to_frame(index=False)
    share = table["metric"].map(_GOALS)
    table["goal"] = np.ceil(table["district_code"].map(compounds).fillna(0) * share)
    table.insert(0, "id", np.arange(len(table)))
    return table


def _actions(setting: Setting) -> pandas.DataFrame:
    """One task a year for each row of the list; a few are late or not done."""
    rng = setting.generator("actions")
    rows = np.tile(np.array(ROWS, object), 3)
    count = len(rows)
    start = setting.first + days.days(np.repeat([0, 365, 730], len(ROWS)))
    due = start + days.days(rng.integers(120, 350, count))
    done = days.until(due + days.days(rng.integers(-60, 25, count)), setting.last)
    body, title = zip(*(_ACTIONS[row] for row in rows), strict=True)
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "row": rows,
            "body": body,
            "title": title,
            "starts_on": start,
            "due_on": due,
            "done_on": days.only(done, rng.random(count) < 0.9),
        }
    )


def _campaigns(setting: Setting) -> pandas.DataFrame:
    columns = ["kind", "row", "title", "ago", "length"]
    table = pandas.DataFrame(_CAMPAIGNS, columns=columns)
    first = setting.last - days.days(table.pop("ago").to_numpy())
    end = first + days.days(table.pop("length").to_numpy())
    table = table.assign(valid=days.spans(first, end), first=first, end=end)
    table.insert(0, "id", np.arange(len(table)))
    return table


def _problems(
    setting: Setting, campaign: pandas.DataFrame, violation: pandas.DataFrame
) -> pandas.DataFrame:
    """Two thirds of the fitting violations found while a campaign ran are on its problem list."""
    rng = setting.generator("campaign_problems")
    family = setting.types.set_index("code")["family"]
    families = violation["type_code"].map(family)
    parts = []
    for own in campaign.to_dict("records"):
        fits = families.eq(_PROBLEMS[own["kind"]])
        fits &= (violation["found_on"] >= own["first"]) & (violation["found_on"] < own["end"])
        listed = violation[fits & (rng.random(len(violation)) < 0.67)]
        parts.append(
            pandas.DataFrame(
                {
                    "campaign_id": own["id"],
                    "compound_id": listed["compound_id"].to_numpy(),
                    "violation_id": listed["id"].to_numpy(),
                    "description": "示例：列入问题清单",
                    "found_on": listed["found_on"].to_numpy(),
                    "solved_on": listed["closed_on"].to_numpy(),
                }
            )
        )
    table = pandas.concat(parts, ignore_index=True)
    table.insert(0, "id", np.arange(len(table)))
    return table


def _trainings(setting: Setting) -> pandas.DataFrame:
    """Each district trains each audience twice a year."""
    rng = setting.generator("trainings")
    district = np.repeat(setting.districts["code"].to_numpy(object), 6 * len(TRAINING_AUDIENCES))
    count = len(district)
    audience = np.tile(np.repeat(np.array(TRAINING_AUDIENCES, object), 6), len(setting.districts))
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "district_code": district,
            "audience": audience,
            "topic": "示例：物业服务管理培训",
            "held_on": days.uniform(
                rng, np.full(count, setting.first), np.full(count, setting.last)
            ),
            "attendees": rng.integers(12, 180, count),
        }
    )


def _assessments(setting: Setting, homes: Homes) -> pandas.DataFrame:
    """Scores of districts and of streets with compounds, for the two years that are over."""
    rng = setting.generator("assessments")
    codes = [("district_code", code) for code in setting.districts["code"]]
    codes += [("street_code", code) for code in sorted(homes.table["street_code"].unique())]
    parts = [
        pandas.DataFrame([{column: code} for column, code in codes]).assign(
            subject=["district" if column == "district_code" else "street" for column, _ in codes],
            year=year,
            score=rng.normal(84, 6, len(codes)).clip(50, 100).round(1),
        )
        for year in (setting.until.year - 2, setting.until.year - 1)
    ]
    table = pandas.concat(parts, ignore_index=True)
    table.insert(0, "id", np.arange(len(table)))
    return table
