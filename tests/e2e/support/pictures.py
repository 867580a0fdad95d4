"""Pictures of every sort that people have, made into a folder: what cameras write, what is odd, and what is broken."""

import sys
from pathlib import Path

from PIL import Image, TiffImagePlugin

CAMERA = {0x010F: "Canon", 0x0110: "Canon EOS R5"}
TAKEN = {0x9003: "2026:07:14 10:22:31"}
# Degrees, minutes, seconds: Reykjavik.
PLACE = {1: "N", 2: (64.0, 8.0, 48.0), 3: "W", 4: (21.0, 56.0, 24.0)}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="64,8.8N" xmp:Rating="5"/></x:xmpmeta>'
CORNERS = ["#e03020", "#30a040", "#3050e0", "#f0f0f0"]


def corners(width, height):
    """A colour in each corner: red, green, blue and white, from the left and from above."""
    picture = Image.new("RGB", (width, height))
    for place, colour in enumerate(CORNERS):
        left, top = place % 2 * width // 2, place // 2 * height // 2
        picture.paste(colour, (left, top, left + width - width // 2, top + height - height // 2))
    return picture


def exif(orientation=1, place=False):
    said = Image.Exif()
    for tag, value in CAMERA.items():
        said[tag] = value
    said[0x0112] = orientation
    said.get_ifd(0x8769).update(TAKEN)
    if place:
        fractions = lambda value: tuple(TiffImagePlugin.IFDRational(part) for part in value)
        said.get_ifd(0x8825).update({tag: fractions(value) if isinstance(value, tuple) else value for tag, value in PLACE.items()})
    return said


def main(folder):
    for orientation in range(1, 9):
        corners(800, 600).save(folder / f"turned-{orientation}.jpg", exif=exif(orientation))
    corners(800, 600).save(folder / "reykjavik.jpg", exif=exif(place=True), xmp=XMP)
    corners(800, 600).convert("CMYK").save(folder / "cmyk.jpg")
    Image.new("I;16", (800, 600), 40_000).save(folder / "deep.png")
    moving = [corners(320, 240), corners(320, 240).rotate(180)]
    for name in ("moving.gif", "moving.webp"):
        moving[0].save(folder / name, save_all=True, append_images=moving[1:], duration=100, loop=0)
    corners(800, 600).save(folder / "still.avif")
    corners(800, 600).convert("RGBA").resize((640, 480)).save(folder / "clear.png")
    corners(11_600, 8_700).save(folder / "hundred-megapixels.jpg", quality=50, exif=exif(6))
    whole = (folder / "turned-1.jpg").read_bytes()
    (folder / "broken.jpg").write_bytes(whole[:300] + bytes(1_000))
    # A family of boxes, as HEIC begins; nothing that a browser without HEIC could read.
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(2_000))


main(Path(sys.argv[1]))
