//! A few small frames through everything, on the portable backend: what an interpreter that finds undefined behaviour,
//! Miri, gets through in a minute or two (`.ci/run miri`).

use flashinator::{
    Analyser, AnalyserSettings, Backend, Format, Frame, Profile, Shape, TTable, TableSettings,
    Timestamp, TopDeltas, reference,
};

/// Frames of noise.
fn frames(shape: Shape, count: usize) -> Vec<Vec<u8>> {
    let mut state = 1u32;
    let mut byte = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| (0..shape.frame_bytes()).map(&mut byte).collect()).collect()
}

#[test]
fn tables_of_a_few_small_frames() {
    for format in [Format::Rgb24, Format::Gray8] {
        // More than a block of 128 pixels, and a rest.
        let shape = Shape::new(format, 67, 3).unwrap();
        let data = frames(shape, 3);
        let views: Vec<_> =
            data.iter().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
        let settings =
            TableSettings { backend: Some(Backend::Portable), ..TableSettings::default() };
        let mut memory = vec![0; TTable::memory_needed(shape)];
        let mut table = TTable::with(shape, &settings, &mut memory).unwrap();
        assert_eq!(table.push(&views[0]), Ok(None));
        for pair in views.windows(2) {
            let expected = reference::compare(&pair[0], &pair[1], &settings).unwrap();
            assert_eq!(table.push(&pair[1]), Ok(Some(expected)));
            let deltas = TopDeltas::between(&pair[0], &pair[1], &settings).unwrap();
            assert_eq!(deltas.row(), expected);
        }
    }
}

#[test]
fn reports_on_a_few_small_frames() {
    let profiles = [Profile::WCAG_2_2, Profile::WCAG_2_1, Profile::TRACE_24];
    for format in [Format::Rgb24, Format::Nv12, Format::Gray8] {
        let shape = Shape::new(format, 19, 5).unwrap();
        let [noise, black] = [frames(shape, 1).remove(0), vec![0; shape.frame_bytes()]];
        let settings = AnalyserSettings {
            profiles: &profiles,
            max_fps: 5,
            max_incidents: 2,
            backend: Some(Backend::Portable),
            ..AnalyserSettings::default()
        };
        // At any address.
        let mut memory = vec![0x5a; Analyser::memory_needed(shape, &settings).unwrap() + 1];
        let mut analyser = Analyser::new(shape, &settings, &mut memory[1..]).unwrap();
        for i in 0..4 {
            let data = if i % 2 == 0 { &black } else { &noise };
            let time = Timestamp::from_micros(250_000 * i).unwrap();
            let report = analyser.push(&Frame::contiguous(shape, data).unwrap(), time).unwrap();
            assert_eq!(report.frame, i as u64);
        }
        for profile in 0..profiles.len() {
            assert!(analyser.mask(profile, &mut [0; 64]).is_ok());
            assert_eq!(analyser.summary(profile).unwrap().frames, 4);
            assert_eq!(
                analyser.incidents(profile).count() as u64,
                analyser.summary(profile).unwrap().incidents.min(2)
            );
        }
        analyser.reset();
    }
}
