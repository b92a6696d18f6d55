//! `flashinator table`, run as a user runs it.
//!
//! Tests that need `ffmpeg` or the clips beside the project skip if those are absent, and say so.

#[path = "../../tests/support/beside.rs"]
mod beside;
#[path = "../../tests/support/golden.rs"]
mod golden;
#[path = "../../tests/support/process.rs"]
mod process;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use beside::{clips, have};

const PROGRAM: &str = env!("CARGO_BIN_EXE_flashinator");

fn table(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("table").args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    table(arguments).output().unwrap()
}

/// Runs the program with bytes on its standard input.
fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    process::feed(&mut table(arguments), input)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The rows of a CSV: frame, time, positive, negative, value.
fn rows(output: &Output) -> Vec<[f64; 5]> {
    let text = text(&output.stdout);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("frame,time,positive,negative,value"));
    let row = |line: &str| {
        let values: Vec<f64> = line.split(',').map(|value| value.parse().unwrap()).collect();
        values.try_into().unwrap()
    };
    lines.map(row).collect()
}

/// The one line of an error, after the name of the program.
fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let printed = text(&output.stderr);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let line = printed.strip_prefix("flashinator: ").unwrap().trim_end().to_owned();
    assert!(line.contains("; "), "{line}");
    line
}

fn success(output: &Output) {
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn array(shape: &str, data: &[u8]) -> Vec<u8> {
    npy(&format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n"), data)
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/flash.y4m").display().to_string()
}

// What it gives.

#[test]
fn golden_tables_from_npy_and_back() {
    let folder = temporary();
    for case in golden::golden() {
        let out = folder.path().join("out.npy");
        let input = case.frames_file.to_str().unwrap();
        let output = run(&[input, "--fps", "10", "--npy", out.to_str().unwrap()]);
        success(&output);
        let rows = rows(&output);
        assert_eq!(rows.len(), case.rows.len(), "{}", case.name);
        let bytes = std::fs::read(&out).unwrap();
        let written = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(written.shape(), [case.rows.len() as u64, 1]);
        let written: Vec<f64> = written.into_vec().unwrap();
        for (i, (row, [value, positive, negative])) in rows.iter().zip(&case.rows).enumerate() {
            assert_eq!(row[0], (i + 1) as f64);
            assert_eq!(row[1], (i + 1) as f64 / 10.0);
            assert!(golden::close(row[2], *positive), "{}: {row:?}", case.name);
            assert!(golden::close(row[3], *negative), "{}: {row:?}", case.name);
            assert!(golden::close(row[4], *value), "{}: {row:?}", case.name);
            assert_eq!(row[4], written[i], "numbers read back to the same");
        }
    }
}

#[test]
fn the_sample_flashes_five_times_a_second_for_a_second() {
    let output = run(&[&sample()]);
    success(&output);
    let rows = rows(&output);
    assert_eq!(rows.len(), 60);
    let flashing = rows.iter().filter(|row| row[4].abs() > 20_000.0).count();
    assert_eq!(flashing, 10, "two changes a flash");
    assert!(rows.iter().all(|row| row[4].abs() < 20_000.0 || (1.0..=2.0).contains(&row[1])));
    // The same bytes from a pipe give the same rows.
    let piped = run_with(&["-"], &std::fs::read(sample()).unwrap());
    success(&piped);
    assert_eq!(output.stdout, piped.stdout);
}

#[test]
fn json_has_the_same_numbers() {
    let output = run(&[&sample(), "--json"]);
    success(&output);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let csv = rows(&run(&[&sample()]));
    let names = ["frame", "time", "positive", "negative", "value"];
    assert_eq!(json.as_array().unwrap().len(), csv.len());
    for (object, row) in json.as_array().unwrap().iter().zip(csv) {
        for (name, value) in names.iter().zip(row) {
            assert_eq!(object[name].as_f64(), Some(value));
        }
    }
    let none = run_with(&["-", "--json", "--raw", "gray8", "--size", "1x1"], &[7]);
    assert_eq!(text(&none.stdout), "[]\n");
}

#[test]
fn raw_frames_gray_and_rgb_and_arrays_agree() {
    let folder = temporary();
    let gray: Vec<u8> = (0..3 * 5 * 4).map(|i| (i * 37 % 251) as u8).collect();
    let rgb: Vec<u8> = gray.iter().flat_map(|&g| [g, g, g]).collect();
    let expected =
        run_with(&["-", "--raw", "gray8", "--size", "5x4", "--fps", "30000/1001"], &gray);
    success(&expected);
    assert_eq!(rows(&expected).len(), 2);
    assert!((rows(&expected)[0][1] - 1001.0 / 30000.0).abs() < 1e-15);
    for (name, bytes, arguments) in [
        ("rgb.bin", rgb.clone(), &["--raw", "rgb24", "--size", "5x4"][..]),
        ("gray.npy", array("(3, 4, 5)", &gray), &[]),
        ("rgb.npy", array("(3, 4, 5, 3)", &rgb), &[]),
        // Turned by 90 degrees: the picture is another, its changes are the same.
        ("turned.npy", array("(3, 5, 4)", &gray), &[]),
    ] {
        let path = file(&folder, name, &bytes);
        let mut all = vec![path.as_str(), "--fps", "30000/1001"];
        all.extend(arguments);
        let output = run(&all);
        success(&output);
        assert_eq!(text(&output.stdout), text(&expected.stdout), "{name}");
    }
}

#[test]
fn y4m_of_every_layout_and_range() {
    let frame =
        |luma: u8, chroma: usize| [b"FRAME\n".to_vec(), vec![luma; 15], vec![9; chroma]].concat();
    // 5x3: odd sides, so chroma is rounded up.
    for (layout, chroma) in
        [("420jpeg", 12), ("420mpeg2", 12), ("420paldv", 12), ("422", 18), ("444", 30), ("mono", 0)]
    {
        for (range, black, white) in [("LIMITED", 16, 235), ("FULL", 0, 255)] {
            let header = format!("YUV4MPEG2 W5 H3 F10:1 Ip C{layout} XCOLORRANGE={range}\n");
            let clip = [header.into_bytes(), frame(black, chroma), frame(white, chroma)].concat();
            let output = run_with(&["-"], &clip);
            success(&output);
            let rows = rows(&output);
            assert_eq!(rows.len(), 1, "{layout} {range}");
            let whole = 23_837.864_527_991_06 - 4.0;
            assert!(golden::close(rows[0][4], whole), "{layout} {range}: {rows:?}");
            assert_eq!(rows[0][1], 0.1);
        }
    }
    // Without a word about it the range is limited, and the layout 4:2:0.
    let clip = [b"YUV4MPEG2 W5 H3\n".to_vec(), frame(0, 12), frame(16, 12)].concat();
    assert_eq!(rows(&run_with(&["-"], &clip))[0][4], 0.0);
}

#[test]
fn y4m_of_more_bits() {
    for (layout, bits, chroma) in [
        ("420p10", 10, 24),
        ("422p10", 10, 36),
        ("444p10", 10, 60),
        ("420p12", 12, 24),
        ("422p12", 12, 36),
        ("444p12", 12, 60),
        ("mono12 XCOLORRANGE=LIMITED", 12, 0),
    ] {
        let frame = |luma: u16| {
            let luma = (luma << (bits - 8)).to_le_bytes();
            [b"FRAME\n".to_vec(), luma.repeat(15), vec![1; chroma]].concat()
        };
        let header = format!("YUV4MPEG2 W5 H3 F10:1 C{layout}\n");
        let clip = [header.into_bytes(), frame(16), frame(235)].concat();
        let output = run_with(&["-"], &clip);
        success(&output);
        assert!(golden::close(rows(&output)[0][4], 23_837.864_527_991_06 - 4.0), "{layout}");
    }
}

#[test]
fn the_same_pixels_in_any_layout_have_the_same_rows() {
    if !have("ffmpeg") {
        return;
    }
    let raw = |to: &str, filter: &str| {
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-i", &sample(), "-frames:v", "12", "-vf", filter])
            .args(["-f", "rawvideo", "-pix_fmt", to, "-"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", text(&made.stderr));
        made.stdout
    };
    let table = |bytes: &[u8], format: &str, more: &[&str]| {
        let arguments = [&["-", "--raw", format, "--size", "160x90"], more].concat();
        let output = run_with(&arguments, bytes);
        success(&output);
        assert_eq!(rows(&output).len(), 11);
        text(&output.stdout)
    };
    // RGB is moved without being changed.
    let rgb = "scale=160:90,format=rgb24";
    for more in [&[][..], &["--gray", "bt709"], &["--gray", "bt2020", "--curve", "srgb"]] {
        let expected = table(&raw("rgb24", rgb), "rgb24", more);
        for format in ["bgr24", "rgba", "bgra", "argb", "abgr", "gbrp", "rgb0", "0bgr"] {
            assert_eq!(table(&raw(format, rgb), format, more), expected, "{format}");
        }
    }
    // So is luma of one depth.
    let yuv = "scale=160:90,format=yuv420p";
    let expected = table(&raw("yuv420p", yuv), "i420", &[]);
    for format in ["nv12", "nv21"] {
        assert_eq!(table(&raw(format, yuv), format, &[]), expected, "{format}");
    }
    let deep = "scale=160:90,format=yuv420p10le";
    let expected = table(&raw("yuv420p10le", deep), "yuv420p10", &["--curve", "pq"]);
    assert_eq!(table(&raw("p010le", deep), "p010", &["--curve", "pq"]), expected);

    // A part is what ffmpeg cuts out, and what is left when all else is ignored.
    let whole = raw("rgb24", rgb);
    let cut = raw("rgb24", "scale=160:90,format=rgb24,crop=60:40:31:17");
    let part = run_with(&["-", "--raw", "rgb24", "--size", "60x40"], &cut);
    let cropped = table(&whole, "rgb24", &["--crop", "60x40+31+17"]);
    assert_eq!(cropped, text(&part.stdout));
    let sides = ["160x17+0+0", "160x33+0+57", "31x90+0+0", "69x90+91+0"];
    let ignore: Vec<&str> = sides.iter().flat_map(|side| ["--ignore", side]).collect();
    assert_eq!(table(&whole, "rgb24", &ignore), cropped);
    // What is ignored is named by its place in the whole picture, in a part as well.
    let both = table(&whole, "rgb24", &["--crop", "100x40+31+17", "--ignore", "69x9+91+17"]);
    let both = both
        == table(
            &whole,
            "rgb24",
            &[&ignore[..6], &["--ignore", "29x90+131+0", "--ignore", "40x9+91+17"]].concat(),
        );
    assert!(both);
}

#[test]
fn curves_of_ones_own() {
    let folder = temporary();
    let frames: Vec<u8> = [vec![10; 6], vec![200; 6], vec![90; 6]].concat();
    let table = |more: &[&str]| {
        run_with(&[&["-", "--raw", "gray", "--size", "3x2"], more].concat(), &frames)
    };
    let squares: Vec<String> = (0..256).map(|code| (code * code).to_string()).collect();
    let path = file(&folder, "squares.txt", squares.join("\n").as_bytes());
    let output = table(&["--curve", &path]);
    success(&output);
    assert_eq!(rows(&output)[0][4], 40_000.0 - 100.0);
    assert_eq!(rows(&output)[1][4], 8_100.0 - 40_000.0);
    // Limited range by BT.1886: code 126 of 255 is half way, 10 is black.
    let output = table(&["--curve", "bt1886:200", "--range", "limited"]);
    success(&output);
    let expected = 200.0 * (184.0f64 / 219.0).powf(2.4);
    assert!((rows(&output)[0][4] - expected).abs() < 1e-10);

    for (text, expected) in [
        ("1 2 3", "it has 3 numbers, but gray has 256 codes"),
        ("1 two 3", "\"two\" is not a number"),
        (&squares.join(" ").replace("65025", "-1"), "decreases"),
    ] {
        let path = file(&folder, "wrong.txt", text.as_bytes());
        let printed = error(&table(&["--curve", &path]));
        assert!(printed.contains(expected), "{printed}");
    }
    let printed = error(&table(&["--curve", "nowhere"]));
    assert!(printed.contains("no curve of this name"), "{printed}");
}

#[test]
fn settings_that_do_not_fit_the_input() {
    for (more, expected) in [
        (&["--crop", "6x5+0+0"][..], "outside the frame"),
        (&["--crop", "0x5+0+0"], "no pixels"),
        (&["--crop", "2x2+1+0"], "between samples of chroma"),
        (&["--ignore", "1x1+5+5"], "outside the frame"),
        (&["--ignore", "5x5+0+0"], "no pixels"),
        (&["--ignore", "1x1+0+0"].repeat(17), "too many"),
    ] {
        let arguments = [&["-", "--raw", "nv12", "--size", "5x5"], more].concat();
        let printed = error(&run_with(&arguments, &[0; 2 * 43]));
        assert!(printed.contains(expected), "{printed}");
    }
    for more in [
        ["--gray", "bt999"],
        ["--range", "wide"],
        ["--crop", "5x5"],
        ["--ignore", "axb+0+0"],
        ["--curve", "hlg:x"],
        ["--curve", "hlg:100:200"],
        ["--curve", "bt1886:100:0:7"],
    ] {
        let output = run(&[&["-"], &more[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(text(&output.stderr).contains(more[1]), "{output:?}");
    }
}

#[test]
fn videos_by_ffmpeg_agree_with_their_frames() {
    let Some(folder) = clips() else { return };
    let path = folder.join("bigbuckbunny.mp4");
    let path = path.to_str().unwrap();
    let output = run(&[path]);
    success(&output);
    let decode = |arguments: &[&str]| {
        let decoded = Command::new("ffmpeg")
            .args(["-v", "error", "-i", path])
            .args(arguments)
            .arg("-")
            .output()
            .unwrap();
        assert!(decoded.status.success());
        decoded.stdout
    };
    let raw = decode(&["-f", "rawvideo", "-pix_fmt", "rgb24"]);
    let by_raw = run_with(&["-", "--raw", "rgb24", "--size", "1280x720", "--fps", "25"], &raw);
    success(&by_raw);
    assert_eq!(rows(&output).len(), 131);
    assert_eq!(text(&output.stdout), text(&by_raw.stdout));

    // Luma is another gray than the mean of the channels, but it changes at the same frames.
    let by_y4m = run_with(&["-"], &decode(&["-f", "yuv4mpegpipe"]));
    success(&by_y4m);
    let by_gray = run_with(
        &["-", "--raw", "gray8", "--size", "1280x720"],
        &decode(&["-f", "rawvideo", "-pix_fmt", "gray"]),
    );
    success(&by_gray);
    for ((luma, gray), rgb) in rows(&by_y4m).iter().zip(rows(&by_gray)).zip(rows(&output)) {
        assert_eq!(luma[..2], rgb[..2]);
        // ffmpeg rounds to 256 grays what the table expands exactly: half a gray, of 255, at each end.
        assert!((luma[2] - gray[2]).abs() < 250.0, "{luma:?} {gray:?}");
        assert!((luma[3] - gray[3]).abs() < 250.0, "{luma:?} {gray:?}");
        assert!((luma[2] - rgb[2]).abs() < 3000.0, "{luma:?} {rgb:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child =
        table(&[&sample()]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    success(&output);
}

// What it says.

#[test]
fn files_that_are_not_there_or_empty_or_folders() {
    let folder = temporary();
    let missing = folder.path().join("missing.npy").display().to_string();
    assert!(error(&run(&[&missing])).starts_with(&format!("{missing}: there is no such file")));
    for name in ["empty.npy", "empty.y4m"] {
        let empty = file(&folder, name, b"");
        assert!(error(&run(&[&empty])).contains("is empty"));
    }
    assert!(error(&run_with(&["-"], b"")).contains("is empty"));
    assert!(error(&run(&[folder.path().to_str().unwrap()])).contains("folder"));
}

#[test]
fn arrays_that_are_no_frames() {
    let folder = temporary();
    let header = |descr: &str, order: &str, shape: &str| {
        npy(&format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"), &[])
    };
    for (bytes, expected) in [
        (b"hello, world".to_vec(), "not a .npy array"),
        (b"\x93NUMPY\x01".to_vec(), "ends within the header"),
        (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "header has 65535 bytes"),
        (b"\x93NUMPY\x09\x00\x10\x00".to_vec(), "version 9"),
        (npy("{'shape': (3,)}", &[]), "structured dtype"),
        (header("'<f4'", "False", "(2, 2, 2, 3)"), "its dtype is <f4, not uint8"),
        (header("'|i1'", "False", "(2, 2, 2, 3)"), "not uint8"),
        (header("[('r', '|u1')]", "False", "(2, 2, 2)"), "not uint8"),
        (header("'|u1'", "True", "(2, 2, 2, 3)"), "Fortran order"),
        (header("'|u1'", "Maybe", "(2, 2, 2, 3)"), "order"),
        (header("'|u1'", "False", "(2, 2, 2, 4)"), "its shape is (2,2,2,4)"),
        (header("'|u1'", "False", "(2, 4)"), "its shape is (2,4)"),
        (header("'|u1'", "False", "()"), "its shape is ()"),
        (header("'|u1'", "False", "(2, 0, 5, 3)"), "no pixels"),
        (header("'|u1'", "False", "(2, 5000000000, 5, 3)"), "too large"),
        (header("'|u1'", "False", "(2, 4294967295, 4294967295, 3)"), "do not fit"),
        (header("'|u1'", "False", "(99999999999999999999, 2, 5, 3)"), "no shape"),
        (header("'|u1'", "False", "(9999999999999999999, 2, 5, 3)"), "too large"),
    ] {
        let path = file(&folder, "bad.npy", &bytes);
        let printed = error(&run(&[&path]));
        assert!(printed.contains(expected), "{printed}, where {expected} was expected");
    }
}

#[test]
fn rows_before_a_frame_cut_short_are_kept() {
    let folder = temporary();
    let out = folder.path().join("out.npy");
    let cut = file(&folder, "cut.npy", &array("(4, 2, 2)", &[0, 0, 0, 0, 255, 255, 255, 255, 1]));
    let output = run(&[&cut, "--npy", out.to_str().unwrap()]);
    assert!(error(&output).contains("frame 2 is cut short"));
    assert_eq!(rows(&output).len(), 1);
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(npyz::NpyFile::new(&bytes[..]).unwrap().shape(), [1, 1]);

    let short = file(&folder, "short.npy", &array("(4, 2, 2)", &[0; 8]));
    let output = run(&[&short]);
    assert!(error(&output).contains("ends after 2 of 4 frames"));
    assert_eq!(rows(&output).len(), 1);

    let output = run_with(&["-", "--raw", "rgb24", "--size", "2x2"], &[7; 25]);
    assert!(error(&output).contains("frame 2 is cut short"));
    assert_eq!(rows(&output).len(), 1);

    let sample = std::fs::read(sample()).unwrap();
    for cut in [10_000, 9_800] {
        let output = run_with(&["-"], &sample[..cut]);
        assert!(error(&output).contains("frame 2 is cut short"), "{cut}");
        assert_eq!(rows(&output).len(), 1);
    }
    // In JSON too what was written is whole.
    let output = run_with(&["-", "--json"], &sample[..10_000]);
    error(&output);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
}

#[test]
fn y4m_that_is_odd() {
    for (header, expected) in [
        // What is not read here is ffmpeg's.
        ("RIFFxxxxAVI ", "ffmpeg"),
        ("YUV4MPEG2", "not Y4M"),
        ("YUV4MPEG2 W5\n", "no width and height"),
        ("YUV4MPEG2 Wx H3\n", "no width and height"),
        ("YUV4MPEG2 W-5 H3\n", "no width and height"),
        ("YUV4MPEG2 W0 H3\n", "no pixels"),
        ("YUV4MPEG2 W4294967295 H4294967295\n", "do not fit"),
        ("YUV4MPEG2 W99999999999 H3\n", "no width and height"),
        ("YUV4MPEG2 W1000000 H1000000\n", "memory"),
        ("YUV4MPEG2 W5 H3 F10\n", "not valid"),
        ("YUV4MPEG2 W5 H3 C411\n", "standard input: "),
        ("YUV4MPEG2 W5 H3 C420p14\n", "standard input: "),
        ("YUV4MPEG2 W1 H1 Cmono\nFRAME\nxGARBAGE\n", "does not begin with FRAME"),
    ] {
        let printed = error(&run_with(&["-"], header.as_bytes()));
        assert!(printed.contains(expected), "{printed}, where {expected} was expected");
    }
    let comment = format!("YUV4MPEG2 W8 H8 XCOMMENT={}\n", "x".repeat(2_000));
    let printed = error(&run_with(&["-"], comment.as_bytes()));
    assert!(printed.contains("more than 1000 bytes"), "{printed}");
    let endless = vec![b'Y'; 5_000];
    assert!(error(&run_with(&["-"], &endless)).contains("ffmpeg"));
}

#[test]
fn sizes_that_are_none() {
    for size in ["0x5", "5x0"] {
        let printed = error(&run_with(&["-", "--raw", "rgb24", "--size", size], &[]));
        assert!(printed.contains("no pixels"), "{printed}");
    }
    let printed =
        error(&run_with(&["-", "--raw", "rgb24", "--size", "4294967295x4294967295"], &[]));
    assert!(printed.contains("do not fit"), "{printed}");
    for arguments in [
        &["-", "--raw", "rgb24", "--size", "5"][..],
        &["-", "--raw", "rgb24"],
        &["-", "--raw", "yuv", "--size", "5x5"],
        &["-", "--fps", "0"],
        &["-", "--fps", "-1"],
        &["-", "--fps", "1/0"],
        &[],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn ffmpeg_that_is_missing_or_fails() {
    let folder = temporary();
    let video = file(&folder, "video.mp4", b"no video at all");
    let output = table(&[&video]).env("PATH", folder.path()).output().unwrap();
    let printed = error(&output);
    assert!(printed.contains("not on the PATH; install ffmpeg, or pipe Y4M"), "{printed}");
    if have("ffmpeg") {
        let printed = error(&run(&[&video]));
        assert!(printed.starts_with(&format!("{video}: ffmpeg failed: ")), "{printed}");
    }
}

#[cfg(unix)]
#[test]
fn an_ffmpeg_that_dies_in_the_middle_keeps_the_rows_before() {
    let folder = temporary();
    let script = "echo '[showinfo @ 0] n: 0 pts: 0 pts_time:0 fmt:rgb24 s:2x1 i:P' >&2\n\
        echo '[showinfo @ 0] n: 1 pts: 1 pts_time:0.5 fmt:rgb24 s:2x1 i:P' >&2\n\
        printf 'aaaaaabbbbbbccc'\n\
        echo 'the disk is on fire' >&2\n\
        exit 69";
    process::program(&folder.path().join("ffmpeg"), script);
    let video = file(&folder, "video.mp4", b"anything");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let output = table(&[&video]).env("PATH", path).output().unwrap();
    let printed = error(&output);
    assert!(printed.contains("the disk is on fire"), "{printed}");
    let rows = rows(&output);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][1], 0.5, "the time in the log of ffmpeg");
}

#[test]
fn audio_without_video() {
    if !have("ffmpeg") {
        return;
    }
    let folder = temporary();
    let sound = folder.path().join("sound.wav").display().to_string();
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "sine=duration=0.1", &sound])
        .status()
        .unwrap();
    assert!(made.success());
    assert!(error(&run(&[&sound])).contains("ffmpeg failed"));
}

#[test]
fn output_that_cannot_be_written() {
    let folder = temporary();
    let nowhere = folder.path().join("missing/out.npy").display().to_string();
    let printed = error(&run(&[&sample(), "--npy", &nowhere]));
    assert!(printed.starts_with(&format!("{nowhere}: cannot be written")), "{printed}");
    if Path::new("/dev/full").exists() {
        let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let printed = error(&table(&[&sample()]).stdout(full()).output().unwrap());
        assert!(printed.starts_with("standard output: "), "{printed}");
        let printed = error(&run(&[&sample(), "--npy", "/dev/full"]));
        assert!(printed.starts_with("/dev/full: cannot be written"), "{printed}");
    }
}
