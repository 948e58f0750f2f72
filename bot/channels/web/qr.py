"""Draws an address as a picture for a phone's camera."""

import segno


def qr_picture(address: str) -> str:
    """Return the QR code of `address` as a data address of an SVG, black on white with its quiet zone."""
    return str(segno.make_qr(address, error="m").svg_data_uri(scale=4, light="#fff"))
