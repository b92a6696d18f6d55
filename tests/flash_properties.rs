//! The analyser on random videos: the oracle's counts; the same bits from all backends, and however many profiles are
//! judged by at once; formats that hold the same pixels the same counts; and what must not change a verdict does not.

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Backend, Display, Format, Frame, Matrix, Plane, Profile, Range,
    Rectangle, Report, Shape, Stripe, TTable, TableSettings, Timestamp, Viewing,
};
use proptest::prelude::*;
use support::analysis::{self, compare};
use support::backends::backends;
use support::oracle::View;
use support::oracle::light;
use support::oracle::rules::Standard;
use support::random::Random;
use support::videos::Video;

fn profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(Profile::NAMED.map(|(_, profile)| profile).to_vec())
}

/// The reports by all profiles, and the masks, of frames in any format at uneven times. Memory may begin anywhere and
/// hold anything.
fn reports(
    shape: Shape,
    frames: &[Frame<'_>],
    settings: &AnalyserSettings<'_>,
    offset: usize,
) -> Vec<Vec<(Report, Vec<u8>)>> {
    let needed = Analyser::memory_needed(shape, settings).unwrap();
    let mut memory = vec![0xee; needed + offset];
    let mut analyser = Analyser::new(shape, settings, &mut memory[offset..]).unwrap();
    let mut random = Random(7);
    let mut time = 0;
    frames
        .iter()
        .map(|frame| {
            time += 17_000 + random.below(60_000) as i64;
            analyser.push(frame, Timestamp::from_micros(time).unwrap()).unwrap();
            let by = |profile| {
                let grid = analyser.grid(profile).unwrap();
                let mut mask = vec![0; grid.columns.div_ceil(8) as usize * grid.rows as usize];
                let flashing = analyser.mask(profile, &mut mask).unwrap();
                let report = analyser.report(profile).unwrap();
                assert_eq!(report.flashing, flashing);
                (report, mask)
            };
            (0..settings.profiles.len()).map(by).collect()
        })
        .collect()
}

/// Frames that flash here and there.
fn pixels(shape: Shape, count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let bytes = shape.frame_bytes();
    let base: Vec<u8> = (0..bytes).map(|_| random.next() as u8).collect();
    let run = 1 + random.below(bytes);
    (0..count)
        .map(|_| {
            let shift = [0, 0, 40, 90, 200][random.below(5)];
            let noisy = random.below(4) == 0;
            base.iter()
                .enumerate()
                .map(|(i, &byte)| {
                    let byte = if noisy { random.next() as u8 } else { byte / 3 };
                    if (i / run).is_multiple_of(2) { byte.wrapping_add(shift) } else { byte }
                })
                .collect()
        })
        .collect()
}

proptest! {
    #[test]
    fn all_backends_give_the_same_bits(
        format in prop::sample::select(&Format::ALL[..]),
        profiles in prop::collection::vec(profile(), 1..4),
        width in 1u32..90,
        height in 1u32..40,
        cell in prop::option::of(1u32..14),
        pixel_aspect in prop::sample::select(vec![1.0f32, 1.5, 0.7]),
        display in prop::sample::select(vec![None, Some(Display::Srgb), Some(Display::Bt1886)]),
        matrix in prop::sample::select(&Matrix::ALL[..]),
        full in any::<bool>(),
        padding in 0usize..70,
        upside_down in any::<bool>(),
        offset in 0usize..64,
        seed in any::<u64>(),
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let range = if full { Range::Full } else { Range::Limited };
        let settings = AnalyserSettings {
            profiles: &profiles,
            cell,
            pixel_aspect,
            display,
            matrix,
            range,
            ..AnalyserSettings::default()
        };
        let data = pixels(shape, 12, seed);
        let frames: Vec<_> =
            data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
        let portable = AnalyserSettings { backend: Some(Backend::Portable), ..settings };
        let expected = reports(shape, &frames, &portable, 0);
        // The same pixels with strides, in memory that has other things between rows.
        let padded: Vec<Vec<Vec<u8>>> = data.iter().enumerate().map(|(i, data)| {
            let mut rest = &data[..];
            (0..shape.planes()).map(|plane| {
                let row = shape.row_bytes(plane);
                let (now, after) = rest.split_at(row * shape.rows(plane));
                rest = after;
                let mut rows: Vec<&[u8]> = now.chunks_exact(row).collect();
                if upside_down {
                    rows.reverse();
                }
                let junk = vec![i as u8 ^ 0x5a; padding];
                rows.iter().flat_map(|row| row.iter().chain(&junk).copied()).collect()
            }).collect()
        }).collect();
        let strided: Vec<_> = padded.iter().map(|planes| {
            let planes: Vec<_> = planes.iter().enumerate().map(|(i, data)| {
                let stride = (shape.row_bytes(i) + padding) as isize;
                Plane { data, stride: if upside_down { -stride } else { stride } }
            }).collect();
            Frame::new(shape, &planes).unwrap()
        }).collect();
        for backend in backends() {
            let settings = AnalyserSettings { backend: Some(backend), ..settings };
            prop_assert_eq!(&reports(shape, &frames, &settings, offset), &expected);
            prop_assert_eq!(&reports(shape, &strided, &settings, offset), &expected);
        }
    }

    #[test]
    fn formats_that_hold_the_same_pixels_agree(
        profile in profile(),
        width in 1u32..70,
        height in 1u32..30,
        seed in any::<u64>(),
    ) {
        let settings = AnalyserSettings { profiles: &[profile], ..AnalyserSettings::default() };
        let rgb = Shape::new(Format::Rgb24, width, height).unwrap();
        let data = pixels(rgb, 10, seed);
        let in_format = |format: Format, order: &dyn Fn(&[u8]) -> Vec<u8>| {
            let shape = Shape::new(format, width, height).unwrap();
            let data: Vec<Vec<u8>> = data.iter().map(|data| order(data)).collect();
            let frames: Vec<_> =
                data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
            reports(shape, &frames, &settings, 0)
        };
        let expected = in_format(Format::Rgb24, &|data| data.to_vec());
        let orders: [(Format, &[usize]); 5] = [
            (Format::Bgr24, &[2, 1, 0]),
            (Format::Rgba, &[0, 1, 2, 1]),
            (Format::Bgra, &[2, 1, 0, 2]),
            (Format::Argb, &[1, 0, 1, 2]),
            (Format::Abgr, &[0, 2, 1, 0]),
        ];
        for (format, order) in orders {
            let found = in_format(format, &|data| {
                data.chunks(3).flat_map(|pixel| order.iter().map(|&c| pixel[c])).collect()
            });
            prop_assert_eq!(&found, &expected, "{:?}", format);
        }
        let planar = in_format(Format::Gbrp, &|data| {
            [1, 2, 0].iter().flat_map(|&c| data.chunks(3).map(move |pixel| pixel[c])).collect()
        });
        prop_assert_eq!(&planar, &expected);
    }

    #[test]
    fn gray_is_rgb_of_equal_channels(
        profile in profile(),
        width in 1u32..70,
        height in 1u32..30,
        seed in any::<u64>(),
    ) {
        // All but BT.1702, which has another display for YUV.
        let profiles = [if profile == Profile::BT_1702 { Profile::OFCOM } else { profile }];
        let settings =
            AnalyserSettings { profiles: &profiles, range: Range::Full, ..AnalyserSettings::default() };
        let gray = Shape::new(Format::Gray8, width, height).unwrap();
        let data = pixels(gray, 10, seed);
        let in_format = |format: Format, of: &dyn Fn(&[u8]) -> Vec<u8>| {
            let shape = Shape::new(format, width, height).unwrap();
            let data: Vec<Vec<u8>> = data.iter().map(|data| of(data)).collect();
            let frames: Vec<_> =
                data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
            reports(shape, &frames, &settings, 0)
        };
        let expected = in_format(Format::Gray8, &|data| data.to_vec());
        let rgb = in_format(Format::Rgb24, &|data| data.iter().flat_map(|&g| [g; 3]).collect());
        prop_assert_eq!(&rgb, &expected);
        // Chroma in the middle makes gray; 2 words or bytes of it for 2x2 pixels.
        let chroma = 2 * (width.div_ceil(2) * height.div_ceil(2)) as usize;
        let nv12 = in_format(Format::Nv12, &|data| {
            data.iter().copied().chain(std::iter::repeat_n(128, chroma)).collect()
        });
        prop_assert_eq!(&nv12, &expected);
        // More bits than 8 have luminances of their own, and they are the same in every format.
        let gray10 = in_format(Format::Gray10, &|data| {
            data.iter().flat_map(|&g| (u16::from(g) << 2).to_le_bytes()).collect()
        });
        let ten = in_format(Format::I420P10, &|data| {
            let luma = data.iter().map(|&g| u16::from(g) << 2);
            luma.chain(std::iter::repeat_n(512, chroma)).flat_map(u16::to_le_bytes).collect()
        });
        prop_assert_eq!(&ten, &gray10);
        let p010 = in_format(Format::P010, &|data| {
            let luma = data.iter().map(|&g| u16::from(g) << 8);
            luma.chain(std::iter::repeat_n(128 << 8, chroma)).flat_map(u16::to_le_bytes).collect()
        });
        prop_assert_eq!(&p010, &gray10);
    }

    #[test]
    fn mirrored_and_turned_pictures_have_the_same_counts(
        profile in profile(),
        (across, down) in (1u32..30, 1u32..20),
        cell in 1u32..4,
        seed in any::<u64>(),
    ) {
        let (width, height) = (across * cell, down * cell);
        let shape = Shape::new(Format::Rgb24, width, height).unwrap();
        let settings =
            AnalyserSettings { profiles: &[profile], cell: Some(cell), ..AnalyserSettings::default() };
        let data = pixels(shape, 12, seed);
        type Pixel = [u8; 3];
        let counts = |of: &dyn Fn(&[Pixel]) -> Vec<Pixel>| -> Vec<_> {
            let data: Vec<Vec<u8>> =
                data.iter().map(|data| of(data.as_chunks().0).concat()).collect();
            let frames: Vec<_> =
                data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
            let reports = reports(shape, &frames, &settings, 0);
            reports.iter().map(|by| (by[0].0.transitions, by[0].0.verdict)).collect()
        };
        let upright = counts(&|pixels| pixels.to_vec());
        let mirrored = counts(&|pixels| {
            pixels.chunks(width as usize).flat_map(|row| row.iter().rev().copied()).collect()
        });
        let turned = counts(&|pixels| pixels.iter().rev().copied().collect());
        prop_assert_eq!(&mirrored, &upright);
        prop_assert_eq!(&turned, &upright);
    }

    #[test]
    fn small_steps_and_still_pictures_are_nothing(
        profile in profile(),
        level in 0u8..250,
        seed in any::<u64>(),
    ) {
        // Codes of the same few levels: below 0.1 of relative luminance and 20 cd/m2 everywhere.
        let mut random = Random(seed);
        let still = Video {
            frames: vec![(0..900).map(|_| random.next() as u8).collect(); 30],
            ..Video::new([20, 15], 25, 30, |_, _, _| [0; 3])
        };
        let steps = Video {
            frames: (0..30)
                .map(|_| (0..300).flat_map(|_| [level + random.below(6) as u8; 3]).collect())
                .collect(),
            ..still.clone()
        };
        let settings = AnalyserSettings { profiles: &[profile], ..AnalyserSettings::default() };
        for video in [still, steps] {
            for report in analysis::reports(&video, &settings) {
                prop_assert_eq!(report.transitions.max(), 0);
            }
        }
    }

    #[test]
    fn a_second_has_no_more_transitions_than_frames(
        profile in profile(),
        seed in any::<u64>(),
        rate in 5u32..40,
    ) {
        let video = Video::new([24, 18], rate, 60, |_, _, _| [0; 3]);
        let video = Video { frames: pixels(video.shape(), 60, seed), ..video };
        let settings = AnalyserSettings { profiles: &[profile], ..AnalyserSettings::default() };
        for (i, report) in analysis::reports(&video, &settings).iter().enumerate() {
            prop_assert!(report.transitions.max() <= (i as u32).min(rate), "{:?}", report);
        }
    }

    #[test]
    fn several_profiles_at_once_give_what_each_gives_alone(
        profiles in prop::collection::vec(profile(), 1..=8),
        (width, height) in (1u32..60, 1u32..40),
        cell in prop::option::of(1u32..5),
        format in prop::sample::select(vec![Format::Rgb24, Format::Nv12, Format::Gray8]),
        seed in any::<u64>(),
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let data = pixels(shape, 24, seed);
        let frames: Vec<_> =
            data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
        let settings = AnalyserSettings { profiles: &profiles, cell, ..AnalyserSettings::default() };
        let all = reports(shape, &frames, &settings, 0);
        for (i, profile) in profiles.iter().enumerate() {
            let profiles = std::slice::from_ref(profile);
            let alone = reports(shape, &frames, &AnalyserSettings { profiles, ..settings }, 0);
            for (all, alone) in all.iter().zip(&alone) {
                prop_assert_eq!(&all[i], &alone[0]);
            }
        }
    }
}

proptest! {
    #[test]
    fn stripes_give_the_reports_of_whole_frames(
        format in prop::sample::select(&Format::ALL[..]),
        profiles in prop::collection::vec(profile(), 1..4),
        width in 1u32..90,
        height in 1u32..60,
        count in 1usize..9,
        css_width in prop_oneof![Just(0.0f32), 100.0f32..2000.0],
        seed: u64,
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let viewing =
            if css_width > 0.0 { Viewing::CssWidth(css_width) } else { Viewing::Default };
        let settings =
            AnalyserSettings { profiles: &profiles, viewing, ..AnalyserSettings::default() };
        let mut memory = vec![0xee; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        let pixels = pixels(shape, 8, seed);
        let frames: Vec<Frame<'_>> =
            pixels.iter().map(|pixels| Frame::contiguous(shape, pixels).unwrap()).collect();
        let mut memories: Vec<Vec<u8>> = (0..count)
            .map(|i| vec![0xee; Stripe::memory_needed(&mut analyser, i, count).unwrap() + i])
            .collect();
        let mut stripes: Vec<Stripe<&mut [u8]>> = memories
            .iter_mut()
            .enumerate()
            .map(|(i, memory)| Stripe::new(&mut analyser, i, count, &mut memory[i..]).unwrap())
            .collect();
        let whole = reports(shape, &frames, &settings, 0);
        let mut random = Random(7);
        let mut time = 0;
        for (frame, whole) in frames.iter().zip(whole) {
            time += 17_000 + random.below(60_000) as i64;
            // In any order.
            for stripe in stripes.iter_mut().rev() {
                stripe.sum(frame, Timestamp::from_micros(time).unwrap()).unwrap();
            }
            let first = analyser.push_stripes(&stripes).unwrap();
            prop_assert_eq!(first, whole[0].0);
            for (profile, (report, _)) in whole.into_iter().enumerate() {
                prop_assert_eq!(analyser.report(profile).unwrap(), report);
            }
        }
    }

    #[test]
    fn one_pass_gives_the_rows_and_reports_of_two(
        format in prop::sample::select(&Format::ALL[..8]),
        width in 1u32..300,
        height in 1u32..60,
        ignored in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let data = pixels(shape, 6, seed);
        let part = [Rectangle { x: 0, y: 0, width: width / 2, height: height / 2 }];
        let ignore = if ignored { &part[..] } else { &[] };
        let table_settings = TableSettings { ignore, ..TableSettings::default() };
        let settings = AnalyserSettings { ignore, ..AnalyserSettings::default() };
        let needed = Analyser::memory_needed(shape, &settings).unwrap();
        let (mut alone, mut both) = (vec![0; needed], vec![0; needed]);
        let mut alone = Analyser::new(shape, &settings, &mut alone).unwrap();
        let mut both = Analyser::new(shape, &settings, &mut both).unwrap();
        let needed = TTable::memory_needed(shape);
        let (mut plane, mut shared) = (vec![0; needed], vec![0; needed]);
        let mut table = TTable::with(shape, &table_settings, &mut plane).unwrap();
        let mut shared_table = TTable::with(shape, &table_settings, &mut shared).unwrap();
        for (i, data) in data.iter().enumerate() {
            let frame = Frame::contiguous(shape, data).unwrap();
            let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
            let (row, report) = both.push_with_table(&mut shared_table, &frame, time).unwrap();
            prop_assert_eq!(row, table.push(&frame).unwrap());
            prop_assert_eq!(report, alone.push(&frame, time).unwrap());
            // What one of them refuses neither takes.
            prop_assert!(both.push_with_table(&mut shared_table, &frame, time).is_err());
        }
    }
}

proptest! {
    #[test]
    fn random_videos_have_the_oracles_counts(
        standard in prop::sample::select(Standard::ALL.to_vec()),
        (width, height) in (1u32..60, 1u32..40),
        cell in prop::option::of(1usize..5),
        css_width in prop::option::of(prop::sample::select(vec![200.0, 1366.0, 1920.0])),
        pixel_aspect in prop::sample::select(vec![1.0, 1.0, 1.5, 0.75]),
        bt1886 in any::<bool>(),
        count in prop::sample::select(vec![30usize, 30, 30, 120]),
        seed in any::<u64>(),
    ) {
        let display = if bt1886 { light::Display::Bt1886 } else { light::Display::Srgb };
        let view = View { css_width, pixel_aspect, display, cell };
        let video = Video::random(seed, [width, height], count);
        let profiles = [analysis::profile(standard)];
        let found = analysis::reports(&video, &analysis::settings(&profiles, &view));
        compare(standard.name(), &found, &analysis::rows(&video, standard, view));
    }
}

#[test]
fn most_frames_of_random_videos_are_compared() {
    let (mut sure, mut all) = (0, 0);
    for seed in 0..120 {
        let standard = Standard::ALL[seed as usize % Standard::ALL.len()];
        let video = Video::random(seed, [1 + seed as u32 % 60, 1 + seed as u32 % 37], 30);
        let profiles = [analysis::profile(standard)];
        let view = View::default();
        let found = analysis::reports(&video, &analysis::settings(&profiles, &view));
        sure += compare(standard.name(), &found, &analysis::rows(&video, standard, view));
        all += found.len();
    }
    assert!(2 * sure > all, "{sure} of {all} frames are not in doubt");
}

#[test]
fn times_nearer_than_their_rounding_are_in_doubt() {
    // Counted in microseconds, a second less one may be a whole second: the library gives it the benefit, the oracle says
    // so.
    let mut ticks = vec![0];
    ticks.extend([200_000, 400_000, 600_000, 800_000, 1_000_000, 1_199_999]);
    let flash = |i: usize| if i.is_multiple_of(2) { vec![0; 3] } else { vec![255; 3] };
    let frames = (0..ticks.len()).map(flash).collect();
    let video = Video { width: 1, height: 1, rate: 1_000_000, ticks, frames };
    let rows = analysis::rows(&video, Standard::Wcag22, View::default());
    let in_doubt: Vec<_> = rows.iter().map(|row| row.in_doubt).collect();
    assert_eq!(in_doubt, [false, false, false, false, false, false, true]);
}
