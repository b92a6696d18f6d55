//! Small inputs that were judged wrongly once, or by other programs. `cases/cases.tsv` has for each the arguments, the
//! right status and first word, and why.

mod common;
#[path = "../../tests/support/process.rs"]
mod process;

use common::*;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

fn case(name: &str) -> String {
    Path::new(FOLDER).join(name).to_str().unwrap().to_owned()
}

/// Not every ffmpeg is built with libvpx.
fn has_decoder(name: &str) -> bool {
    let output =
        Command::new("ffmpeg").args(["-v", "error", "-h", &format!("decoder={name}")]).output();
    let is_there = output.is_ok_and(|output| text(&output.stdout).starts_with("Decoder"));
    if !is_there {
        skipped(&format!("ffmpeg has no {name}"));
    }
    is_there
}

#[test]
fn every_case_has_its_verdict() {
    if !have("ffmpeg") {
        return;
    }
    let mut wrong = Vec::new();
    for line in fs::read_to_string(case("cases.tsv")).unwrap().lines() {
        let columns: Vec<_> = line.split('\t').collect();
        let [arguments, status, word, why] = columns[..] else { panic!("{line}") };
        if why.contains("libvpx") && !has_decoder("libvpx-vp9") {
            continue;
        }
        let arguments: Vec<_> = arguments.split(' ').collect();
        let output = scan(&arguments).current_dir(FOLDER).output().unwrap();
        let printed = text(&output.stdout);
        let is_right = output.status.code() == status.parse().ok()
            && (word == "-" || printed.starts_with(&format!("{word} ")));
        if !is_right {
            wrong.push(format!("{line}: {output:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn first_time(arguments: &[&str]) -> String {
    let output = run(&[arguments, &["--csv", "-", "-q"]].concat());
    text(&output.stdout).lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned()
}

/// Video that begins later than sound, and a start in the middle: times are those of players.
#[test]
fn times_are_counted_from_the_start_of_the_input() {
    if !have("ffmpeg") {
        return;
    }
    let seconds = |arguments: &[&str]| first_time(arguments).parse::<f64>().unwrap();
    assert_eq!(first_time(&[&case("B5_slides.mkv"), "--start", "15"]), "20.100000");
    assert!((seconds(&[&case("B6_late.mkv")]) - 5.0).abs() < 0.1);
    let late = seconds(&[&case("B6_late.ts")]);
    assert!((late - 1.83).abs() < 0.01, "{late}");
    for start in ["1", "1.83"] {
        let found = seconds(&[&case("B6_late.ts"), "--start", start]);
        assert!((found - late).abs() < 0.05, "{start}: {found}");
    }
    let found = seconds(&[&case("B6_late.ts"), "--start", "2.5"]);
    assert!((found - 2.5).abs() < 0.05, "{found}");
}

/// All frames from a start on are judged, also where the container has no index of key frames.
#[test]
fn a_start_leaves_no_frame_out() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fragments = ["-movflags", "frag_keyframe+empty_moov"];
    for (name, codec, b_frames, more) in [
        ("a.ts", "libx264", "0", &[][..]),
        ("a.mpg", "mpeg2video", "0", &[]),
        ("a.h264", "libx264", "0", &[]),
        ("a.mp4", "libx264", "0", &[]),
        // Its index has the times of decoding.
        ("fragments.mp4", "libx264", "2", &fragments),
        ("a.ogv", "libtheora", "0", &[]),
        // The first key frame must not be lost.
        ("a.avi", "mpeg4", "2", &[]),
        ("a.swf", "flv", "0", &[]),
    ] {
        let file = path(&folder, name);
        let source = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=14", "-c:v", codec];
        let distances = ["-g", "50", "-bf", b_frames, "-sc_threshold", "0"];
        ffmpeg(&[&source[..], &distances, more, &[&file]].concat());
        // Time and luminance.
        let rows = |start: &str| -> Vec<String> {
            let output = run(&[&file, "--start", start, "--csv", "-", "-q"]);
            let printed = text(&output.stdout);
            let columns =
                |row: &str| row.splitn(4, ',').skip(1).take(2).collect::<Vec<_>>().join(" ");
            printed.lines().skip(1).map(columns).collect()
        };
        let whole = rows("0");
        for start in ["0.3333", "1.1", "2", "4.02", "13.1"] {
            let from = |row: &&String| {
                row.split(' ').next().unwrap().parse::<f64>().unwrap() >= start.parse().unwrap()
            };
            let expected: Vec<_> = whole.iter().filter(from).cloned().collect();
            assert_eq!(rows(start), expected, "{name} {start}");
        }
    }
}

/// All frames are converted to the format of the first, which may have no alpha or no colours.
#[test]
fn a_format_that_the_first_cannot_hold_ends_the_scan() {
    if !have("ffmpeg") {
        return;
    }
    let flashes = "if(lt(mod(N,4),2),0,255)";
    let transparent = format!("color=black:s=16x16:r=25,format=rgba,geq=0:a='{flashes}'");
    let red = format!("color=black:s=16x16:r=25,format=gbrp,geq=r='{flashes}':g=0:b=0");
    let gray = format!("color=black:s=16x16:r=25,format=gray,geq='{flashes}'");
    for (name, first, then, format, status) in [
        ("%d.tiff", "rgb24", &transparent, "rgba", 2),
        ("%d.tiff", "gray", &red, "rgb24", 2),
        // What it can hold is judged.
        ("%d.tiff", "rgba", &red, "rgb24", 1),
        ("%d.tiff", "rgb24", &gray, "gray", 1),
        // Of PNG the kinds of all pictures are known from the beginning.
        ("%d.png", "rgb24", &transparent, "rgba", 1),
        ("%d.png", "gray", &red, "rgb24", 1),
        ("%d.png", "gray16be", &red, "rgb48be", 1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let pattern = path(&folder, name);
        let black = ["-f", "lavfi", "-i", "color=black:s=16x16:r=25", "-pix_fmt", first];
        ffmpeg(&[&black[..], &["-frames:v", "3", "-start_number", "0", &pattern]].concat());
        let then = ["-f", "lavfi", "-i", then, "-pix_fmt", format];
        ffmpeg(&[&then[..], &["-frames:v", "30", "-start_number", "3", &pattern]].concat());
        let output = run(&[&pattern]);
        assert_eq!(output.status.code(), Some(status), "{name} {first} {format}: {output:?}");
        let change = format!("changes from {first} to {format} at frame 3");
        assert_eq!(text(&output.stderr).contains(&change), status == 2, "{output:?}");
        // A table is made of RGB, whatever the format.
        let table = Command::new(PROGRAM).args(["table", &pattern]).output().unwrap();
        assert_eq!(text(&table.stdout).lines().count(), 1 + 32, "{table:?}");
    }
}

/// A decoder does not follow a video into another stream, as players do.
#[test]
fn a_video_that_goes_on_in_another_stream_is_incomplete() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [first, second, joined] =
        ["first.ts", "second.ts", "joined.ts"].map(|name| path(&folder, name));
    let make = |length: &str, more: &[&str], file: &str| {
        let source = format!("color=gray:s=64x48:r=25:d={length}");
        let video = ["-f", "lavfi", "-i", &source, "-c:v", "mpeg2video"];
        ffmpeg(&[&video[..], more, &[file]].concat());
    };
    // So long that the second is not seen from the beginning.
    make("20", &["-muxrate", "4M"], &first);
    make("2", &["-mpegts_start_pid", "336", "-mpegts_pmt_start_pid", "4112"], &second);
    fs::write(&joined, [fs::read(&first).unwrap(), fs::read(&second).unwrap()].concat()).unwrap();
    let line = failed(&run(&[&joined]), 2);
    assert!(line.contains("another video stream begins in the middle"), "{line}");
    assert_eq!(run(&[&first]).status.code(), Some(0));
}

/// Sound that is longer, and sound that begins much earlier.
#[test]
fn a_video_that_is_shorter_than_its_sound_is_whole() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let video = ["-f", "lavfi", "-i", "color=gray:s=64x48:r=25:d=2"];
    let sound = ["-f", "lavfi", "-i", "sine=d=9"];
    for (name, offset, codec) in [("long.wmv", "0", "wmv2"), ("late.mkv", "6", "libx264")] {
        let file = path(&folder, name);
        let arguments = [&["-itsoffset", offset], &video[..], &sound, &["-c:v", codec, &file]];
        ffmpeg(&arguments.concat());
        let output = run(&[&file]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

/// Times of Matroska need not begin at 0, and its length counts from 0.
#[test]
fn a_video_that_begins_late_is_whole() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "late.mkv");
    let source = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-c:v", "mpeg4"];
    ffmpeg(&[&["-itsoffset", "5"], &source[..], &[&*file]].concat());
    let output = run(&[&file]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(first_time(&[&file]), "0.000000");
}

/// Frames of another range come as they are, whatever the version of ffmpeg.
#[test]
fn a_change_of_range_leaves_codes_as_they_are() {
    if !have("ffmpeg") {
        return;
    }
    let output = run(&[&case("E1_range.webm"), "--csv", "-", "-q"]);
    let printed = text(&output.stdout);
    let luminance: Vec<_> = printed.lines().skip(1).map(|row| row.split(',').nth(2)).collect();
    let expected = ["0.208646", "0.122154", "0.223231"].map(Some);
    assert_eq!([luminance[0], luminance[4], luminance[5]], expected, "{printed}");
}

/// Without ffprobe less is known, which is said.
#[cfg(unix)]
#[test]
fn a_missing_ffprobe_is_told() {
    if !have("ffmpeg") || cfg!(feature = "libav") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var("PATH").unwrap();
    let program = format!("PATH='{path}' exec ffmpeg \"$@\"");
    process::program(&folder.path().join("ffmpeg"), &program);
    let output = scan(&[&case("A14_ffv1.mkv")]).env("PATH", folder.path()).output().unwrap();
    let printed = text(&output.stdout);
    assert!(printed.contains("ffprobe, which comes with ffmpeg, is not on the PATH"), "{output:?}");
}

/// What comes after the part that is wanted is not passed over in silence.
#[test]
fn a_part_of_a_video_is_said_to_be_one() {
    if !have("ffmpeg") {
        return;
    }
    let said = |seconds: &str| {
        let output = run(&[&case("A14_ffv1.mkv"), "--duration", seconds]);
        text(&output.stdout).contains("Nothing after 0:00.50 was checked")
    };
    assert!(said("0.5"));
    assert!(!said("1000"));
}

#[test]
fn streams_and_backgrounds_can_be_chosen() {
    if !have("ffmpeg") {
        return;
    }
    let file = case("A16_two.mkv");
    let output = run(&[&file]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("video stream 0 of 2"), "{output:?}");
    assert_eq!(run(&[&file, "--stream", "1", "-q"]).status.code(), Some(1));
    assert!(failed(&run(&[&file, "--stream", "2"]), 2).contains("no video stream 2"));
    let output = run(&[&file, "--stream", "all"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stdout).contains("1 of 2 fail"), "{output:?}");
    // Black flashes on white; on black there is nothing to see.
    let file = case("A12_qtrle.mov");
    let status = |background: &str| run(&[&file, "-q", "--background", background]).status.code();
    assert_eq!(["white", "black", "#ffffff", "both"].map(status), [1, 0, 1, 1].map(Some));
}

/// A stream is read as the file is.
#[cfg(unix)]
#[test]
fn pipes_are_read_as_files() {
    if !have("ffmpeg") {
        return;
    }
    let gif_file = tempfile::NamedTempFile::with_suffix(".gif").unwrap();
    fs::write(gif_file.path(), gif(&[0, 255], 5, true)).unwrap();
    let gif_file = gif_file.path().to_str().unwrap();
    for file in [&*case("B7_flash.ts"), &case("A14_h264.mp4"), &case("A14_ffv1.mkv"), gif_file] {
        let rows = |arguments: &str| {
            let script = format!("{PROGRAM} scan --csv - -q {}", arguments.replace("FILE", file));
            let output =
                Command::new("bash").args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{arguments} {output:?}");
            text(&output.stdout)
        };
        let expected = rows("FILE");
        for arguments in [
            "<(cat FILE)",
            "- < <(cat FILE)",
            "/dev/stdin < FILE",
            "- < FILE",
            "/dev/stdin < <(cat FILE)",
        ] {
            assert_eq!(rows(arguments), expected, "{arguments} {file}");
        }
    }
    // A named pipe without a writer can be given up.
    let folder = tempfile::tempdir().unwrap();
    let pipe = path(&folder, "x.mp4");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = scan(&[sample(), &pipe, "-q"])
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Once it says what the sample is, a signal does not end it any more before it can say what was interrupted.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("FAIL "));
    assert!(
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success()
    );
    let line = failed(&child.wait_with_output().unwrap(), 2);
    assert!(line.ends_with("x.mp4: interrupted; scan it again"), "{line}");
    // In a folder it is passed over.
    fs::write(folder.path().join("a.gif"), gif(&[0], 5, true)).unwrap();
    let output = run(&[folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// Scans a video that fails, with an ffmpeg that runs a line of shell first.
#[cfg(unix)]
fn fails_with_an_ffmpeg_that(first: &str) {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var("PATH").unwrap();
    let program = format!("{first}\nPATH='{path}' exec ffmpeg \"$@\"");
    process::program(&folder.path().join("ffmpeg"), &program);
    let search = format!("{}:{path}", folder.path().display());
    let output = scan(&[&case("A14_ffv1.mkv")]).env("PATH", search).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

/// An ffmpeg before 5.1 does not know `-fps_mode`.
#[cfg(unix)]
#[test]
fn an_old_ffmpeg_is_asked_in_its_own_words() {
    fails_with_an_ffmpeg_that(
        "case \"$*\" in *fps_mode*)
             echo \"Unrecognized option 'fps_mode'.\" >&2
             echo 'Error splitting the argument list: Option not found' >&2
             exit 1 ;;
         *-version*) ;;
         *'-vsync passthrough'*)
             # One from version 9 on does not know -vsync any more.
             if ! PATH=\"${PATH#*:}\" ffmpeg -v quiet -vsync passthrough -version > /dev/null; then
                 for argument; do
                     shift
                     [ \"$argument\" = -vsync ] && argument=-fps_mode
                     set -- \"$@\" \"$argument\"
                 done
             fi ;;
         *)
             echo 'frames may be dropped or repeated' >&2
             exit 1
         esac",
    );
}

/// It may be slow to start: what it would say of its options is not waited for.
#[cfg(unix)]
#[test]
fn an_ffmpeg_that_does_not_say_its_version_decodes_all_the_same() {
    fails_with_an_ffmpeg_that("case \"$*\" in *-version*) exec sleep 1000 ;; esac");
}

#[test]
fn numbered_pictures_are_a_video() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pattern = path(&folder, "frame_%04d.png");
    let source = "color=white:s=16x16:r=20:d=1,geq=lum='if(lt(mod(N,4),2),20,230)'";
    ffmpeg(&["-f", "lavfi", "-i", source, "-start_number", "1001", &pattern]);
    let output = run(&[&pattern, "--fps", "20"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(run(&[&pattern, "--fps", "4", "-q"]).status.code(), Some(0));
    fs::remove_file(path(&folder, "frame_1005.png")).unwrap();
    let line = failed(&run(&[&pattern, "--fps", "20"]), 2);
    assert!(line.contains("picture 1005 is missing: 4 of 19"), "{line}");
}

/// What is opaque by its header is opaque, whatever the fourth byte of its pixels.
#[test]
fn pictures_in_tga_are_transparent_only_if_they_say_so() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pattern = path(&folder, "%d.tga");
    let source = "color=black:s=16x16:r=20:d=1,format=gray,geq='if(lt(mod(N,4),2),0,255)',format=bgra,\
                  colorchannelmixer=aa=0";
    ffmpeg(&["-f", "lavfi", "-i", source, "-rle", "0", &pattern]);
    assert_eq!(run(&[&pattern, "--fps", "20"]).status.code(), Some(0));
    for number in 1..=20 {
        let file = path(&folder, &format!("{number}.tga"));
        let mut bytes = fs::read(&file).unwrap();
        // The number of bits of alpha.
        bytes[17] &= 0xf0;
        fs::write(&file, bytes).unwrap();
    }
    assert_eq!(run(&[&pattern, "--fps", "20"]).status.code(), Some(1));
}

#[test]
fn an_animated_jpeg_xl_of_one_picture_is_incomplete() {
    if !have("ffmpeg") {
        return;
    }
    let output = run(&[&case("A10_two.jxl"), "--csv", "-"]);
    // A newer ffmpeg decodes both, one without libjxl none.
    if text(&output.stdout).lines().count() <= 2 {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

/// With `Im` each frame says whether it is two fields.
#[test]
fn frames_of_y4m_say_whether_they_are_two_fields() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "mixed.y4m");
    let mut video = b"YUV4MPEG2 W2 H2 F25:1 Im Cmono XCOLORRANGE=FULL\n".to_vec();
    for header in ["FRAME Iti\n", "FRAME Ibi XA=1\n", "FRAME I1p\n", "FRAME Itp\n", "FRAME\n"] {
        video.extend(header.bytes());
        video.extend([0, 0, 255, 255]);
    }
    fs::write(&file, video).unwrap();
    let output = run(&[&file, "--csv", "-", "-q"]);
    let printed = text(&output.stdout);
    let row = |row: &str| row.split(',').skip(1).take(2).collect::<Vec<_>>().join(" ");
    let rows: Vec<_> = printed.lines().skip(1).map(row).collect();
    let expected = [
        "0.000000 0.000000",
        "0.020000 1.000000",
        "0.040000 1.000000",
        "0.060000 0.000000",
        "0.080000 0.500000",
        "0.120000 0.500000",
        "0.160000 0.500000",
    ];
    assert_eq!(rows, expected, "{printed}");
}

/// The rate of a transport stream with uneven times is that of its clock: 90000 a second.
#[test]
fn fields_are_half_a_frame_apart_at_uneven_times() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "uneven.ts");
    let source = "color=gray:s=64x64:r=25:d=1,settb=1/90000,setpts='N*3600+mod(N*7919,1501)'";
    let fields = ["-c:v", "libx264", "-bf", "0", "-flags", "+ildct+ilme", "-x264opts", "tff=1"];
    let times = ["-vsync", "passthrough", "-enc_time_base", "1/90000"];
    ffmpeg(&[&["-f", "lavfi", "-i", source][..], &times, &fields, &[&*file]].concat());
    let output = run(&[&file, "--csv", "-", "-q"]);
    let printed = text(&output.stdout);
    let time = |row: &str| row.split(',').nth(1).unwrap().parse::<f64>().unwrap();
    let times: Vec<_> = printed.lines().skip(1).map(time).collect();
    assert_eq!(times.len(), 50, "{output:?}");
    let is_even = |fields: &[f64]| (0.01..0.03).contains(&(fields[1] - fields[0]));
    assert!(times.chunks(2).all(is_even), "{times:?}");
}

/// The times of a video are its own, so that its rate is not known from the beginning.
#[test]
fn a_video_of_too_many_frames_is_incomplete() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "fast.mp4");
    let source = "color=gray:s=16x16:r=2000:d=1";
    let ticks = ["-c:v", "mpeg4", "-video_track_timescale", "20000"];
    ffmpeg(&[&["-f", "lavfi", "-i", source][..], &ticks, &[&*file]].concat());
    let line = failed(&run(&[&file]), 2);
    assert!(line.contains("more than 1000 frames in one second, at 0.50 s"), "{line}");
}

#[test]
fn high_rates_are_thinned_out() {
    let file = case("B12_2000fps.gray");
    let output = run(&[&file, "--raw", "gray", "--size", "4x3", "--fps", "2000"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stdout).contains("one frame in 2 was judged"), "{output:?}");
}

/// Random sizes, delays, disposals and blends: every picture and time is that of another decoder. Where pixels shine
/// through, decoders round in their own ways.
#[test]
fn animations_are_those_of_another_decoder() {
    if !have("ffmpeg") {
        return;
    }
    let pillow = Command::new("python3").args(["-c", "import PIL"]).status();
    if !pillow.is_ok_and(|status| status.success()) {
        skipped("Pillow is not installed");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/animations.py");
    let mut wrong = Vec::new();
    for kind in ["gif", "png", "webp"] {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("python3")
            .args([script, folder.path().to_str().unwrap(), kind, "60"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", text(&made.stderr));
        let mut expected: Vec<Vec<(f64, f64)>> = vec![Vec::new(); 60];
        for line in text(&made.stdout).lines() {
            let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
            expected[numbers[0] as usize].push((numbers[1], numbers[2]));
        }
        for (number, expected) in expected.iter().enumerate() {
            let output = run(&[&path(&folder, &format!("{number}.{kind}")), "--csv", "-", "-q"]);
            let printed = text(&output.stdout);
            let rows: Vec<Vec<&str>> =
                printed.lines().skip(1).map(|row| row.split(',').collect()).collect();
            let mut time = 0.0;
            let mut is_same = rows.len() == expected.len();
            for (row, (delay, luminance)) in rows.iter().zip(expected) {
                let number = |column: usize| row[column].parse::<f64>().unwrap();
                is_same &= (number(1) - time).abs() < 1e-5 && (number(2) - luminance).abs() < 1e-3;
                time += delay / 1000.0;
            }
            if kind == "png" {
                let wide = run(&[&path(&folder, &format!("{number}.16.png")), "--csv", "-", "-q"]);
                is_same &= text(&wide.stdout) == printed;
            }
            if !is_same {
                wrong.push(format!(
                    "{number}.{kind}: {expected:?}\n{printed}{}",
                    text(&output.stderr)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {}", wrong.len(), wrong.join("\n"));
}
