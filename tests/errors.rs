//! What is refused, and that a scanner goes on as if the refused call had not been made.

use flashinator::{
    Backend, Error, Format, Frame, Gray, LuminanceLut, Plane, Range, Rectangle, Shape, TRow,
    TTable, TableSettings, TopDeltas, Transfer, compare,
};

fn shape(width: u32, height: u32) -> Shape {
    Shape::new(Format::Rgb24, width, height).unwrap()
}

#[test]
fn shapes_without_pixels_or_beyond_memory() {
    for (width, height) in [(0, 5), (5, 0), (0, 0)] {
        assert_eq!(Shape::new(Format::Gray8, width, height), Err(Error::EmptyFrame));
    }
    assert_eq!(Shape::new(Format::Rgb24, u32::MAX, u32::MAX), Err(Error::TooLarge));
}

#[test]
fn views_that_do_not_hold_the_frame() {
    // Odd sides, so that chroma is half over the edge.
    for format in Format::ALL {
        let shape = Shape::new(format, 5, 3).unwrap();
        let data = vec![0; shape.frame_bytes()];
        assert!(Frame::contiguous(shape, &data).is_ok());
        let short = Frame::contiguous(shape, &data[1..]);
        assert_eq!(short.unwrap_err(), Error::BufferTooShort, "{format:?}");
        for plane in 0..shape.planes() {
            let row = shape.row_bytes(plane) as isize;
            let whole: Vec<_> = (0..shape.planes())
                .map(|plane| Plane { data: &data, stride: shape.row_bytes(plane) as isize })
                .collect();
            assert!(Frame::new(shape, &whole).is_ok());
            let with = |data, stride| {
                let mut planes = whole.clone();
                planes[plane] = Plane { data, stride };
                Frame::new(shape, &planes).map(|_| ())
            };
            let needed = shape.plane_bytes(plane, row).unwrap();
            assert_eq!(with(&data[..needed], row), Ok(()));
            assert_eq!(with(&data[..needed - 1], row), Err(Error::BufferTooShort));
            assert_eq!(with(&data[..needed - 1], -row), Err(Error::BufferTooShort));
            for stride in [0, row - 1, 1 - row] {
                assert_eq!(with(&data, stride), Err(Error::StrideTooSmall));
            }
            if shape.rows(plane) > 1 {
                assert_eq!(with(&data[..needed], row + 1), Err(Error::BufferTooShort));
                // Two rows so far apart end beyond the address space, or beyond the buffer.
                for stride in [isize::MIN, isize::MAX] {
                    let far = with(&data, stride);
                    assert!(far == Err(Error::TooLarge) || far == Err(Error::BufferTooShort));
                }
            }
            assert_eq!(
                Frame::new(shape, &whole[1..]).map(|_| ()),
                Err(Error::PlaneCount),
                "{format:?}"
            );
        }
        let more = [Plane { data: &data, stride: 10 }; 4];
        assert_eq!(Frame::new(shape, &more).unwrap_err(), Error::PlaneCount);
    }
}

#[test]
fn parts_that_are_none() {
    let rectangle = |x, y, width, height| Rectangle { x, y, width, height };
    for format in Format::ALL {
        let shape = Shape::new(format, 7, 5).unwrap();
        let data = vec![0; shape.frame_bytes()];
        let frame = Frame::contiguous(shape, &data).unwrap();
        let crop = |x, y, width, height| {
            frame.crop(rectangle(x, y, width, height)).map(|part| part.shape().pixels())
        };
        assert_eq!(crop(0, 0, 7, 5), Ok(35));
        assert_eq!(crop(4, 2, 3, 3), Ok(9));
        assert_eq!(crop(4, 2, 4, 3), Err(Error::OutsideFrame));
        assert_eq!(crop(4, 2, 3, 4), Err(Error::OutsideFrame));
        assert_eq!(crop(u32::MAX, 0, 1, 1), Err(Error::OutsideFrame));
        assert_eq!(crop(1, 0, u32::MAX, 1), Err(Error::OutsideFrame));
        assert_eq!(crop(2, 2, 0, 1), Err(Error::EmptyFrame));
        let wide = (1..shape.planes()).any(|plane| shape.rows(plane) == 3);
        assert_eq!(crop(2, 1, 2, 2), if wide { Err(Error::BetweenChroma) } else { Ok(4) });
    }
}

#[test]
fn settings_that_do_not_go_with_the_shape() {
    let with = |format, settings: &TableSettings<'_, '_>| {
        let shape = Shape::new(format, 8, 4).unwrap();
        let mut memory = vec![0; TTable::memory_needed(shape)];
        let made = TTable::with(shape, settings, &mut memory).map(|_| ());
        let data = vec![0; shape.frame_bytes()];
        let frame = Frame::contiguous(shape, &data).unwrap();
        let compared = TopDeltas::between(&frame, &frame, settings).map(|_| ());
        assert_eq!(made, compared);
        made
    };
    let usual = TableSettings::default();
    for format in Format::ALL {
        let codes = LuminanceLut::codes(format, Gray::Mean);
        let expected = if codes <= 766 { Ok(()) } else { Err(Error::LutNeeded) };
        assert_eq!(with(format, &usual), expected, "{format:?}");
        for other in [256, 766, 1024, 4096, 65_536] {
            let mut table = vec![0.0; other];
            Transfer::Srgb.fill(Range::Full, &mut table).unwrap();
            let lut = LuminanceLut::new(&table).unwrap();
            let settings = TableSettings { lut: Some(&lut), ..usual };
            let expected = if other == codes { Ok(()) } else { Err(Error::LutLength) };
            assert_eq!(with(format, &settings), expected, "{format:?}");
        }
    }
    let ignoring = |ignore: &[Rectangle]| with(Format::Rgb24, &TableSettings { ignore, ..usual });
    let small = Rectangle { x: 1, y: 1, width: 1, height: 1 };
    assert_eq!(ignoring(&[small; 16]), Ok(()));
    assert_eq!(ignoring(&[small; 17]), Err(Error::TooManyRectangles));
    assert_eq!(ignoring(&[Rectangle { x: 8, ..small }]), Err(Error::OutsideFrame));
    assert_eq!(ignoring(&[Rectangle { height: u32::MAX, ..small }]), Err(Error::OutsideFrame));
    let halves = [0, 4].map(|x| Rectangle { x, y: 0, width: 4, height: 4 });
    assert_eq!(ignoring(&halves), Err(Error::EmptyFrame));
}

#[test]
fn transfer_functions_that_are_none() {
    let fill = |transfer: Transfer, codes| transfer.fill(Range::Full, &mut vec![0.0; codes]);
    assert_eq!(fill(Transfer::Pq, 1000), Err(Error::LutLength));
    for (white, black) in [
        (100.0, 100.0),
        (0.0, 0.0),
        (100.0, -1.0),
        (f64::NAN, 0.0),
        (f64::INFINITY, 0.0),
        (1e9, 1.0),
    ] {
        for transfer in [Transfer::Bt1886 { white, black }, Transfer::Hlg { white, black }] {
            assert_eq!(fill(transfer, 1024), Err(Error::BadTransfer), "{transfer:?}");
        }
    }
}

#[test]
fn a_refused_frame_changes_nothing() {
    let shape = shape(4, 3);
    let mut memory = vec![0; TTable::memory_needed(shape)];
    let too_small = memory.len() - 1;
    let refused = TTable::new(shape, &mut memory[..too_small]);
    assert_eq!(refused.unwrap_err(), Error::MemoryTooSmall);

    let mut scanner = TTable::new(shape, &mut memory).unwrap();
    let black = [0; 36];
    let white = [255; 36];
    let push = |scanner: &mut TTable<'_, &mut [u8]>, data: &[u8]| {
        scanner.push(&Frame::contiguous(shape, data).unwrap()).unwrap()
    };
    assert_eq!(push(&mut scanner, &black), None);
    let other = Shape::new(Format::Gray8, 4, 3).unwrap();
    let other = Frame::contiguous(other, &white).unwrap();
    assert_eq!(scanner.push(&other), Err(Error::ShapeChanged));
    let mut rows = [TRow::default()];
    assert_eq!(scanner.push_batch(&white[1..], &mut rows), Err(Error::BufferTooShort));
    assert_eq!(scanner.push_batch(&white, &mut []), Err(Error::TooFewRows));
    assert_eq!(push(&mut scanner, &black), Some(TRow::default()));
    scanner.reset();
    assert_eq!(push(&mut scanner, &white), None);
}

#[test]
fn frames_of_different_shapes_are_not_compared() {
    let data = [0; 100];
    let a = Frame::contiguous(shape(4, 3), &data).unwrap();
    let b = Frame::contiguous(shape(3, 4), &data).unwrap();
    assert_eq!(compare(&a, &b), Err(Error::ShapeChanged));
}

#[test]
fn a_backend_the_processor_lacks_is_refused() {
    let shape = shape(4, 3);
    for backend in Backend::ALL {
        let mut memory = vec![0; TTable::memory_needed(shape)];
        let settings = TableSettings { backend: Some(backend), ..TableSettings::default() };
        let made = TTable::with(shape, &settings, &mut memory).map(|_| ());
        let expected = if backend.is_available() { Ok(()) } else { Err(Error::BackendUnavailable) };
        assert_eq!(made, expected);
    }
}

#[test]
fn every_error_says_what_to_do() {
    for error in [
        Error::EmptyFrame,
        Error::NotBuilt,
        Error::TooLarge,
        Error::StrideTooSmall,
        Error::BufferTooShort,
        Error::MemoryTooSmall,
        Error::OutOfMemory,
        Error::ShapeChanged,
        Error::TooFewRows,
        Error::BackendUnavailable,
        Error::PlaneCount,
        Error::OutsideFrame,
        Error::BetweenChroma,
        Error::TooManyRectangles,
        Error::LutNeeded,
        Error::LutLength,
        Error::BadLut,
        Error::BadTransfer,
    ] {
        let text = error.to_string();
        assert!(text.contains("; ") && !text.contains('\n'), "{text}");
    }
}
