"""Names, phones and codes that are plainly invented: 示例…, 0000-…, SAMPLE…."""

import numpy as np

from geo.sample.setting import Array

_FIRST = "锦绣 金色 翠湖 阳光 凤凰 丽水 康泰 和平 兴业 幸福 宝湖 银河 紫园 星光 东方 新城 玉泉"
_SECOND = "家园 花园 名邸 雅居 新村 小区 公馆 嘉园 华庭 佳苑 湾 里 府 城 苑 庭"
_ROADS = "文苑 工农 民乐 新民 育才 建设 胜利 同心 友爱 通达 康平 福宁 学府 湖滨 园林 南薰"
_SURNAMES = "甲 乙 丙 丁 戊 己 庚 辛 壬 癸"


def _pick(rng: np.random.Generator, words: str, count: int) -> Array:
    chosen: Array = rng.choice(np.array(words.split(), dtype=object), count)
    return chosen


def compounds(rng: np.random.Generator, count: int) -> Array:
    """Names of compounds; a stage (二期…) tells some apart."""
    stages = np.array(["", "", "", "一期", "二期", "三期", "南区", "北区"], dtype=object)
    words = _pick(rng, _FIRST, count) + _pick(rng, _SECOND, count)
    return np.asarray("示例" + words + rng.choice(stages, count))


def addresses(rng: np.random.Generator, count: int) -> Array:
    """Addresses on invented roads."""
    numbers = rng.integers(1, 400, count).astype(str).astype(object)
    road = _pick(rng, _ROADS, count) + _pick(rng, "路 街 巷", count)
    return np.asarray("示例" + road + numbers + "号")


def companies(count: int) -> Array:
    """Names of companies, each different."""
    return np.asarray("示例物业服务有限公司第" + numbered(count, 4) + "号")


def company_codes(city_code: str, count: int) -> Array:
    """Eighteen signs like a unified social credit code, which none is: no code holds SAMPLE."""
    return np.asarray("SAMPLE" + city_code + numbered(count, 6))


def persons(rng: np.random.Generator, count: int) -> Array:
    """Names of people nobody bears."""
    numbers = rng.integers(1, 1000, count).astype(str).astype(object)
    return np.asarray("示例" + _pick(rng, _SURNAMES, count) + numbers)


def phones(rng: np.random.Generator, count: int) -> Array:
    """Phone numbers of an area code that cannot exist."""
    numbers = np.char.mod("%07d", rng.integers(0, 10_000_000, count))
    return np.asarray("0000-" + numbers.astype(object))


def numbered(count: int, width: int) -> Array:
    """1, 2, 3 … padded with zeros."""
    return np.char.mod(f"%0{width}d", np.arange(1, count + 1)).astype(object)
