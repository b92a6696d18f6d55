"""Makes random animations and prints what another decoder shows of them, for the test in cases.rs: for WebP Pillow, and
for GIF and PNG ffmpeg, because Pillow takes back frames in another way than browsers.

    python3 animations.py FOLDER KIND COUNT

writes FOLDER/0.KIND and so on, KIND being gif, png or webp, for png also 0.16.png with 16 bits, and prints a line for every frame: the number of the file,
the delay in milliseconds as browsers take it, and the mean relative luminance on white.
"""
import io, random, struct, subprocess, sys, zlib
from PIL import Image

def gif(frames, width, height, rng):
    """Every frame has a colour table of its own, whose last entry is transparent."""
    out = [b"GIF89a", struct.pack("<HHBBB", width, height, 0, 0, 0)]
    out.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    for x, y, w, h, pixels, delay, dispose, _ in frames:
        colors = [tuple(rng.randrange(256) for _ in range(3)) for _ in range(16)]
        out.append(struct.pack("<BBBBHBB", 0x21, 0xf9, 4, dispose << 2 | 1, delay // 10, 15, 0))
        out.append(struct.pack("<BHHHHB", 0x2c, x, y, w, h, 0x83) + b"".join(map(bytes, colors)))
        codes = [code for p in pixels for code in (16, 15 if p[3] < 128 else p[0] % 15)] + [17]
        bits = sum(code << 5 * i for i, code in enumerate(codes))
        data = bits.to_bytes((5 * len(codes) + 7) // 8, "little")
        blocks = [data[i:i + 255] for i in range(0, len(data), 255)]
        out.append(b"\x04" + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0")
    return b"".join(out) + b"\x3b"

def png(frames, width, height, rng, depth=8):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    out = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 6, 0, 0, 0))]
    out.append(chunk(b"acTL", struct.pack(">II", len(frames), 0)))
    number = 0
    for index, (x, y, w, h, pixels, delay, dispose, blend) in enumerate(frames):
        control = struct.pack(">IIIIIHHBB", number, w, h, x, y, delay, 1000, dispose, blend)
        out.append(chunk(b"fcTL", control))
        number += 1
        wide = lambda p: p if depth == 8 else bytes(b for v in p for b in (v, v))
        rows = b"".join(b"\0" + b"".join(wide(p) for p in pixels[r * w:r * w + w]) for r in range(h))
        data = zlib.compress(rows)
        if index == 0:
            out.append(chunk(b"IDAT", data))
        else:
            out.append(chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
    return b"".join(out) + chunk(b"IEND", b"")

def webp(frames, width, height, rng):
    def chunk(name, data):
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    three = lambda n: struct.pack("<I", n)[:3]
    out = [chunk(b"VP8X", struct.pack("<I", 0x12) + three(width - 1) + three(height - 1))]
    out.append(chunk(b"ANIM", bytes(rng.randrange(256) for _ in range(4)) + b"\0\0"))
    for x, y, w, h, pixels, delay, dispose, blend in frames:
        still = io.BytesIO()
        Image.frombytes("RGBA", (w, h), b"".join(pixels)).save(still, "WEBP", lossless=True, exact=True)
        data = still.getvalue()[12:]
        if data[:4] == b"VP8X":
            data = data[18:]
        flags = (0 if blend else 2) | (1 if dispose else 0)
        head = three(x // 2) + three(y // 2) + three(w - 1) + three(h - 1) + three(delay) + bytes([flags])
        out.append(chunk(b"ANMF", head + data))
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body

def animation(kind, rng):
    width, height = rng.randrange(2, 20), rng.randrange(2, 20)
    frames = []
    for index in range(rng.randrange(2, 9)):
        w, h = rng.randrange(1, width + 1), rng.randrange(1, height + 1)
        x, y = rng.randrange(width - w + 1), rng.randrange(height - h + 1)
        if kind == "png" and index == 0:
            x, y, w, h = 0, 0, width, height
        if kind == "webp":
            x, y = x & ~1, y & ~1
        levels = [0, 255] if kind == "gif" else [0, 0, 255, 255, 255, rng.randrange(256)]
        pixels = [bytes([rng.randrange(256) for _ in range(3)] + [rng.choice(levels)]) for _ in range(w * h)]
        delay = rng.choice([0, 10, 20, 30, 50, 100, 250] if kind == "gif" else [0, 1, 10, 11, 16, 40, 100, 333])
        dispose = {"gif": [0, 1, 2, 3], "png": [0, 1, 2], "webp": [0, 1]}[kind]
        frames.append((x, y, w, h, pixels, delay, rng.choice(dispose), rng.randrange(2)))
    return {"gif": gif, "png": png, "webp": webp}[kind](frames, width, height, rng), frames, (width, height)

def pictures(path, count, size):
    if path.endswith(".webp"):
        shown = Image.open(path)
        assert shown.n_frames == count, path
        for index in range(count):
            shown.seek(index)
            yield shown.convert("RGBA").tobytes()
        return
    command = ["ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-"]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    bytes_each = 4 * size[0] * size[1]
    assert len(data) == count * bytes_each, path
    yield from (data[i:i + bytes_each] for i in range(0, len(data), bytes_each))

def luminance(data):
    linear = [v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in range(256)]
    total = 0
    for i in range(0, len(data), 4):
        alpha = data[i + 3]
        red, green, blue = ((v * alpha + 255 * (255 - alpha) + 127) // 255 for v in data[i:i + 3])
        total += 0.2126 * linear[red] + 0.7152 * linear[green] + 0.0722 * linear[blue]
    return total * 4 / len(data)

folder, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    rng = random.Random(f"{kind} {number}")
    data, frames, size = animation(kind, rng)
    path = f"{folder}/{number}.{kind}"
    with open(path, "wb") as file:
        file.write(data)
    if kind == "png":
        with open(f"{folder}/{number}.16.png", "wb") as file:
            file.write(png(frames, *size, rng, 16))
    for frame, picture in zip(frames, pictures(path, len(frames), size)):
        delay = frame[5] if frame[5] > 10 else 100
        print(number, delay, f"{luminance(picture):.6f}")
