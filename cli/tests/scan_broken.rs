//! `flashinator scan` of broken input, and of outputs that cannot be written: one line says what is wrong, what
//! was found before is reported, and the status is 2.

mod common;
#[path = "../../tests/support/process.rs"]
mod process;

use common::*;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn broken_animations_keep_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let (file, csv) = (path(&folder, "a.gif"), path(&folder, "rows.csv"));
    let whole = gif(&[0, 255, 0, 255, 0, 255, 0, 255, 0, 255], 5, false);
    fs::write(&file, &whole[..whole.len() - 300]).unwrap();
    let output = run(&[&file, "--csv", &csv]);
    let line = failed(&output, 2);
    assert!(line.contains("a.gif: frame 8 cannot be read"), "{line}");
    assert!(text(&output.stdout).contains("not all of it was checked"), "{output:?}");
    assert_eq!(rows(&csv).1.len(), 8);
    // A header and no frame.
    fs::write(&file, [&whole[..13 + 768], b"\x3b"].concat()).unwrap();
    assert!(failed(&run(&[&file]), 2).contains("a.gif: "));
    fs::write(&file, &whole[..9]).unwrap();
    failed(&run(&[&file]), 2);
}

#[test]
fn what_is_no_video_is_reported_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "notes.txt");
    fs::write(&file, "no video\n").unwrap();
    if have("ffmpeg") {
        assert!(failed(&run(&[&file]), 2).contains("notes.txt: ffmpeg failed"));
        let audio = path(&folder, "tone.wav");
        ffmpeg(&["-f", "lavfi", "-i", "sine=d=1", &audio]);
        assert!(failed(&run(&[&audio]), 2).contains("tone.wav"));
        let short = path(&folder, "short.mkv");
        ffmpeg(&["-f", "lavfi", "-i", "color=gray:s=64x48:r=25:d=0.4", &short]);
        let line = failed(&run(&[&short, "--start", "1:02.5"]), 2);
        assert!(line.contains("no frames after 62.5 s; use an earlier --start"), "{line}");
    }
    fs::write(&file, "").unwrap();
    assert!(failed(&run(&[&file]), 2).contains("the file is empty"));
    assert!(failed(&run(&[&path(&folder, "absent.mp4")]), 2).contains("absent.mp4"));
    let empty = path(&folder, "empty");
    fs::create_dir(&empty).unwrap();
    assert!(failed(&run(&[&empty]), 2).contains("no videos or animations"));
    let no_frames = path(&folder, "none.y4m");
    fs::write(&no_frames, y4m(std::iter::empty(), 25)).unwrap();
    assert!(failed(&run(&[&no_frames]), 2).contains("it has no frames"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let locked = path(&folder, "locked.y4m");
        fs::write(&locked, flashing(20)).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        // Root may read all.
        if fs::File::open(&locked).is_err() {
            assert!(failed(&run(&[&locked]), 2).contains("ermission"));
        }
    }
}

#[test]
fn a_truncated_video_keeps_what_came_before() {
    let Some(folder) = clips() else { return };
    let out = tempfile::tempdir().unwrap();
    let (cut, csv, summary) = (path(&out, "cut.mp4"), path(&out, "rows.csv"), path(&out, "s.json"));
    let fast = path(&out, "fast.mp4");
    let clip = folder.join("bigbuckbunny.mp4");
    ffmpeg(&["-i", clip.to_str().unwrap(), "-c", "copy", "-movflags", "faststart", &fast]);
    let whole = fs::read(&fast).unwrap();
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let output = run(&[&cut, "--csv", &csv, "--json", &summary]);
    let line = failed(&output, 2);
    assert!(line.contains("damaged or cut short"), "{line}");
    let frames = rows(&csv).1.len();
    assert!(frames > 20 && frames < 130, "{frames}");
    let input = &json(&summary)["inputs"][0];
    assert_eq!((&input["complete"], &input["frames"]), (&false.into(), &frames.into()));
    assert_eq!(
        (&input["verdict"], &json(&summary)["verdict"]),
        (&"incomplete".into(), &"incomplete".into())
    );
    assert!(text(&output.stdout).starts_with("INCOMPLETE "), "{output:?}");
    // Without its index, at the end, nothing can be read.
    let whole = fs::read(&clip).unwrap();
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    if !whole[..4096].windows(4).any(|bytes| bytes == b"moov") {
        failed(&run(&[&cut]), 2);
    }
}

#[test]
fn frames_of_another_size_are_scaled_and_it_is_told() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (a, b, both) = (path(&folder, "a.ts"), path(&folder, "b.ts"), path(&folder, "both.ts"));
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1", "-c:v", "mpeg2video", &a]);
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=s=96x80:r=25:d=1", "-c:v", "mpeg2video", &b]);
    let joined = [fs::read(&a).unwrap(), fs::read(&b).unwrap()].concat();
    fs::write(&both, joined).unwrap();
    let csv = path(&folder, "rows.csv");
    let output = run(&[&both, "--csv", &csv]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("the size changes to 96x80 at frame 2"), "{output:?}");
    let rows = rows(&csv).1;
    assert!(rows.len() >= 48, "{}", rows.len());
    // They are the same pictures at another size.
    let luminance = |row: &[String]| row[2].parse::<f64>().unwrap();
    assert!((luminance(&rows[0]) - luminance(rows.last().unwrap())).abs() < 0.1);
}

/// A program named ffmpeg that does what a script says, in a folder of its own.
#[cfg(unix)]
fn pretended(folder: &tempfile::TempDir, script: &str) -> String {
    process::program(&folder.path().join("ffmpeg"), script);
    format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap())
}

#[cfg(unix)]
#[test]
fn an_ffmpeg_that_is_killed_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let search = pretended(
        &folder,
        "echo '[showinfo @ 0] config in time_base: 1/25, frame_rate: 25/1' >&2
         echo 'YUV4MPEG2 W8 H8 F25:1 Cmono'
         for i in 0 1 2; do
             echo \"[showinfo @ 0] n: $i pts: $i pts_time:0 fmt:gray s:8x8 i:P\" >&2
             echo FRAME
             head -c 64 /dev/zero
         done
         kill -9 $$",
    );
    let (file, csv) = (path(&folder, "a.mp4"), path(&folder, "rows.csv"));
    fs::write(&file, "anything").unwrap();
    let output = scan(&[&file, "--csv", &csv]).env("PATH", &search).output().unwrap();
    let line = failed(&output, 2);
    assert!(line.contains("ffmpeg failed: signal: 9"), "{line}");
    assert!(text(&output.stdout).contains("not all of it was checked"));
    assert_eq!(rows(&csv).1.len(), 3);
    // None at all.
    let output = scan(&[&file]).env("PATH", "/nonexistent").output().unwrap();
    assert!(failed(&output, 2).contains("not on the PATH"));
}

#[cfg(target_os = "linux")]
#[test]
fn files_that_cannot_be_written_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    for option in ["--report", "--json", "--csv"] {
        let line = failed(&run(&[sample(), option, "/dev/full"]), 2);
        assert!(line.contains("/dev/full: cannot be written"), "{line}");
        // A folder is found before the scan.
        let output = run(&[sample(), option, folder.path().to_str().unwrap()]);
        assert!(failed(&output, 2).contains("cannot be written"), "{output:?}");
        assert_eq!(text(&output.stdout), "");
        let missing = path(&folder, "no/such/folder");
        let line = failed(&run(&[sample(), option, &missing]), 2);
        assert!(line.contains("cannot be written"), "{line}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn an_interruption_keeps_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let (report, summary) = (path(&folder, "r.html"), path(&folder, "s.json"));
    let mut child = scan(&["-", "--jsonl", "-", "--report", &report, "--json", &summary])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&flashing(40)).unwrap();
    input.flush().unwrap();
    // Rows come as frames do, while the input is open.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for frame in 0..40 {
        let row: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(row["frame"], frame);
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    // It is seen between frames, and it may take a while to arrive: others come.
    let another = &flashing(1)[flashing(0).len()..];
    while child.try_wait().unwrap().is_none() {
        let _ = input.write_all(another);
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut printed = String::new();
    child.stderr.take().unwrap().read_to_string(&mut printed).unwrap();
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(
        printed.contains("interrupted") && printed.contains("FAIL standard input"),
        "{printed}"
    );
    assert_eq!(json(&summary)["inputs"][0]["complete"], false);
    assert!(fs::read_to_string(&report).unwrap().contains("<li>Not complete: "));
}

#[test]
fn headers_that_ask_for_too_much_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (file, twice) = (path(&folder, "a.gif"), path(&folder, "a.y4m"));
    // A frame of 65535x39000 in a picture of 8x8.
    let mut data = gif(&[0], 5, false);
    let frame = data.windows(5).position(|bytes| bytes == [0x2c, 0, 0, 0, 0]).unwrap();
    data[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0x58, 0x98]);
    fs::write(&file, data).unwrap();
    failed(&run(&[&file]), 2);
    fs::write(&twice, b"YUV4MPEG2 W64 H48 F25:1 W9999999999999999 Cmono\nFRAME\n").unwrap();
    let line = failed(&run(&[&twice]), 2);
    assert!(line.contains("more than one width or height"), "{line}");
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (clip, link) = (path(&folder, "clip.y4m"), path(&folder, "link.y4m"));
    fs::write(&clip, flashing(20)).unwrap();
    fs::hard_link(&clip, &link).unwrap();
    for option in ["--csv", "--json", "--jsonl", "--report"] {
        for output in [&clip, &link] {
            let line = failed(&run(&[&clip, option, output]), 2);
            assert!(line.contains("would overwrite this input"), "{line}");
        }
    }
    let both = path(&folder, "both");
    let line = failed(&run(&[&clip, "--csv", &both, "--json", &both]), 2);
    assert!(line.contains("--csv and --json would both write it"), "{line}");
    let line = failed(&run(&[&clip, "--csv", "-", "--json", "-"]), 2);
    assert!(line.contains("would both write it"), "{line}");
    assert_eq!(fs::read(&clip).unwrap(), flashing(20));
    let thresholds = path(&folder, "house.toml");
    fs::write(&thresholds, "min_step = 0.08").unwrap();
    let line = failed(&run(&[&clip, "--thresholds", &thresholds, "--json", &thresholds]), 2);
    assert!(line.contains("would overwrite this input"), "{line}");
    let (pictures, second) = (path(&folder, "%d.png"), path(&folder, "2.png"));
    fs::write(path(&folder, "1.png"), "any").unwrap();
    fs::write(&second, "any").unwrap();
    let line = failed(&run(&[&pictures, "--csv", &second]), 2);
    assert!(line.contains("would overwrite this input"), "{line}");
    if cfg!(unix) {
        let file = || fs::File::open(&clip).unwrap();
        let output = scan(&["-", "--csv", &clip]).stdin(file()).output().unwrap();
        assert!(failed(&output, 2).contains("would overwrite this input"));
        assert_eq!(fs::read(&clip).unwrap(), flashing(20));
        let line = failed(&run(&[&clip, "--csv", "/dev/stdout", "--json", "-"]), 2);
        assert!(line.contains("would both write it"), "{line}");
    }
    // A device may be given twice.
    if cfg!(unix) {
        let output = run(&[&clip, "--csv", "/dev/null", "--json", "/dev/null"]);
        assert_eq!(text(&output.stderr), "");
    }
}

#[test]
fn a_failed_scan_leaves_no_old_report() {
    let folder = tempfile::tempdir().unwrap();
    let (clip, report) = (path(&folder, "clip.y4m"), path(&folder, "report.html"));
    fs::write(&clip, "no video").unwrap();
    fs::write(&report, "of an earlier run").unwrap();
    failed(&run(&[&clip, "--report", &report]), 2);
    assert!(!fs::exists(&report).unwrap());
}

#[test]
fn folders_are_searched_by_content() {
    let folder = tempfile::tempdir().unwrap();
    let hidden = path(&folder, ".git");
    fs::create_dir(&hidden).unwrap();
    for (name, content) in [
        ("flash.jpg", gif(&[0, 255], 5, true)),
        ("code.ts", b"export const x = 1;".to_vec()),
        (".hidden.gif", gif(&[0], 5, true)),
        (".git/a.gif", gif(&[0], 5, true)),
        ("clip.y4m", flashing(20)),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let output = run(&[folder.path().to_str().unwrap()]);
    let printed = text(&output.stdout);
    assert_eq!(text(&output.stderr), "");
    assert!(
        printed.contains("FAIL ") && printed.contains("flash.jpg") && printed.contains("/clip"),
        "{printed}"
    );
    assert!(printed.ends_with("3 other files skipped; --verbose lists them\n"), "{printed}");
}

#[test]
fn names_do_not_control_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "a\x1b[31m.gif");
    fs::write(&name, gif(&[0, 255], 5, false)).unwrap();
    let printed = text(&run(&[&name]).stdout);
    assert!(!printed.contains('\x1b') && printed.contains("a\\u{1b}[31m.gif"), "{printed}");
}

#[test]
fn a_closed_standard_error_is_no_panic() {
    let absent = "/absent/clip.mp4";
    let script = format!("'{PROGRAM}' scan {absent} 2>&-");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
