"""Photographs as cameras write them, in size: a few of twelve megapixels, which weigh about seven megabytes each."""

import sys
from pathlib import Path

from PIL import Image

SIDES = (4_032, 3_024)


def main(folder, count):
    for number in range(count):
        grain = Image.effect_noise(SIDES, 60)
        light = Image.linear_gradient("L").resize(SIDES)
        tint = Image.new("L", SIDES, 40 * number % 255)
        photograph = Image.merge("RGB", (Image.blend(light, grain, 0.5), Image.blend(tint, grain, 0.5), Image.blend(tint, light, 0.5)))
        photograph.save(folder / f"{number}.jpg", quality=91)


main(Path(sys.argv[1]), int(sys.argv[2]))
