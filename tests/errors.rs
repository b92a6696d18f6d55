//! What is refused, and that a scanner goes on as if the refused call had not been made.

use flashinator::{Backend, Error, Format, Frame, Row, Scanner, Shape, compare};

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
    let shape = shape(4, 3);
    let data = [0; 4 * 3 * 3];
    assert!(Frame::packed(shape, &data).is_ok());
    let short = Frame::packed(shape, &data[1..]);
    assert_eq!(short.unwrap_err(), Error::BufferTooShort);
    let overlapping = Frame::with_stride(shape, &data, 11);
    assert_eq!(overlapping.unwrap_err(), Error::StrideTooSmall);
    let short = Frame::with_stride(shape, &data, 13);
    assert_eq!(short.unwrap_err(), Error::BufferTooShort);
    let far = Frame::with_stride(shape, &data, isize::MIN);
    assert_eq!(far.unwrap_err(), Error::TooLarge);
}

#[test]
fn a_refused_frame_changes_nothing() {
    let shape = shape(4, 3);
    let mut memory = vec![0; Scanner::memory_needed(shape)];
    let too_small = memory.len() - 1;
    let refused = Scanner::new(shape, &mut memory[..too_small]);
    assert_eq!(refused.unwrap_err(), Error::MemoryTooSmall);

    let mut scanner = Scanner::new(shape, &mut memory).unwrap();
    let black = [0; 36];
    let white = [255; 36];
    let push = |scanner: &mut Scanner<'_>, data: &[u8]| {
        scanner.push(&Frame::packed(shape, data).unwrap()).unwrap()
    };
    assert_eq!(push(&mut scanner, &black), None);
    let other = Shape::new(Format::Gray8, 4, 3).unwrap();
    let other = Frame::packed(other, &white).unwrap();
    assert_eq!(scanner.push(&other), Err(Error::ShapeChanged));
    let mut rows = [Row::default()];
    assert_eq!(scanner.push_batch(&white[1..], &mut rows), Err(Error::BufferTooShort));
    assert_eq!(scanner.push_batch(&white, &mut []), Err(Error::TooFewRows));
    assert_eq!(push(&mut scanner, &black), Some(Row::default()));
    scanner.reset();
    assert_eq!(push(&mut scanner, &white), None);
}

#[test]
fn frames_of_different_shapes_are_not_compared() {
    let data = [0; 100];
    let a = Frame::packed(shape(4, 3), &data).unwrap();
    let b = Frame::packed(shape(3, 4), &data).unwrap();
    assert_eq!(compare(&a, &b), Err(Error::ShapeChanged));
}

#[test]
fn a_backend_the_processor_lacks_is_refused() {
    let shape = shape(4, 3);
    for backend in Backend::ALL {
        let mut memory = vec![0; Scanner::memory_needed(shape)];
        let made = Scanner::on(backend, shape, &mut memory).map(|_| ());
        let expected = if backend.is_available() { Ok(()) } else { Err(Error::BackendUnavailable) };
        assert_eq!(made, expected);
    }
}

#[test]
fn every_error_says_what_to_do() {
    for error in [
        Error::EmptyFrame,
        Error::TooLarge,
        Error::StrideTooSmall,
        Error::BufferTooShort,
        Error::MemoryTooSmall,
        Error::ShapeChanged,
        Error::TooFewRows,
        Error::BackendUnavailable,
    ] {
        let text = error.to_string();
        assert!(text.contains("; ") && !text.contains('\n'), "{text}");
    }
}
