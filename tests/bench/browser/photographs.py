"""Photographs as cameras write them, in size: a few of twelve megapixels, which weigh about seven megabytes each. What is in
them is of every size, so that their thumbnails weigh what those of photographs do."""

import sys
from pathlib import Path

from PIL import Image

SIDES = (4_032, 3_024)


def main(folder, count):
    for number in range(count):
        grain = Image.effect_noise(SIDES, 50)
        for scale in (8, 16, 64):
            coarse = Image.effect_noise((SIDES[0] // scale, SIDES[1] // scale), 90).resize(SIDES)
            grain = Image.blend(grain, coarse, 0.4)
        light = Image.linear_gradient("L").resize(SIDES)
        tint = Image.new("L", SIDES, 40 * number % 255)
        photograph = Image.merge("RGB", (Image.blend(light, grain, 0.5), Image.blend(tint, grain, 0.5), Image.blend(tint, light, 0.5)))
        photograph.save(folder / f"{number}.jpg", quality=98)


main(Path(sys.argv[1]), int(sys.argv[2]))
