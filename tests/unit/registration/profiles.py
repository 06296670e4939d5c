"""The profiles of the five centres, as the rules get them."""

from pathlib import Path

from chassis.profiles import load

PROFILES = load(Path(__file__).parents[3] / "deploy" / "facilities")
DHARMA_RINI, JATIBARU = PROFILES["dharma_rini"], PROFILES["jatibaru"]
QUEUE = DHARMA_RINI.queue
TARIK2, KLUNGKUNG2 = PROFILES["tarik2"], PROFILES["klungkung2"]
KERTOSARI = PROFILES["kertosari"]
