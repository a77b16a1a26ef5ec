"""The sums and CRCs of the device protocols, each with the check value of "123456789"."""

from __future__ import annotations


def xor8(data: bytes) -> int:
    """XOR of all bytes (SAM card reader, A0 90 strip). Check value 31."""
    result = 0
    for byte in data:
        result ^= byte
    return result


def sum8(data: bytes) -> int:
    """Sum modulo 256 (FF 68 call terminals). Check value DD."""
    return sum(data) & 0xFF


def crc16_arc(data: bytes) -> int:
    """CRC-16/ARC: polynomial 8005 reflected, start 0000 (Onbon BX). Check value BB3D."""
    return _crc16_reflected(data, 0x0000)


def crc16_modbus(data: bytes) -> int:
    """CRC-16/MODBUS: polynomial 8005 reflected, start FFFF. Check value 4B37."""
    return _crc16_reflected(data, 0xFFFF)


def _crc16_reflected(data: bytes, start: int) -> int:
    crc = start
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def sum16(data: bytes) -> int:
    """Sum modulo 65536 (Lumen C-Power). Check value 01DD."""
    return sum(data) & 0xFFFF
