//! Nothing outside a frame is read: frames lie against pages that may not be touched, at both ends.
#![cfg(unix)]

mod common;

use common::{Content, backends, bits, expected};
use flashinator::{Format, Frame, Scanner, Shape, compare_on};

/// Memory between two pages that may not be touched.
struct Guarded {
    map: *mut libc::c_void,
    page: usize,
    size: usize,
}

impl Guarded {
    fn new(size: usize) -> Self {
        // SAFETY: a fresh mapping of whole pages, of which the first and last are then closed.
        unsafe {
            let page = libc::sysconf(libc::_SC_PAGESIZE) as usize;
            let size = size.next_multiple_of(page);
            let map = libc::mmap(
                std::ptr::null_mut(),
                size + 2 * page,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            assert_ne!(map, libc::MAP_FAILED);
            assert_eq!(libc::mprotect(map, page, libc::PROT_NONE), 0);
            assert_eq!(libc::mprotect(map.add(page + size), page, libc::PROT_NONE), 0);
            Self { map, page, size }
        }
    }

    /// Bytes that end where the closed page begins, or begin where the other ends.
    fn bytes(&mut self, length: usize, at_end: bool) -> &mut [u8] {
        assert!(length <= self.size);
        let from = self.page + if at_end { self.size - length } else { 0 };
        // SAFETY: within the open pages, borrowed from `self`.
        unsafe { std::slice::from_raw_parts_mut(self.map.cast::<u8>().add(from), length) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping of `new`, to which nothing is left.
        unsafe { libc::munmap(self.map, self.size + 2 * self.page) };
    }
}

#[test]
fn frames_against_closed_pages() {
    for format in Format::ALL {
        for (width, height) in
            [(1, 1), (127, 1), (128, 1), (129, 1), (171, 3), (256, 2), (300, 7), (1280, 3)]
        {
            for padding in [0, 1, 5] {
                check(Shape::new(format, width, height).unwrap(), padding);
            }
        }
    }
}

/// Streams and compares frames whose first byte follows, or whose last byte precedes, a closed page.
fn check(shape: Shape, padding: usize) {
    let stride = shape.row_bytes() + padding;
    let length = stride * (shape.height() as usize - 1) + shape.row_bytes();
    let frames = Content::Noise.frames(shape, 3, 7);
    let expected = expected(shape, &frames);
    let mut memory: Vec<Guarded> = (0..3).map(|_| Guarded::new(length)).collect();
    for at_end in [false, true] {
        for (frame, guarded) in frames.chunks_exact(shape.frame_bytes()).zip(&mut memory) {
            let bytes = guarded.bytes(length, at_end);
            for (row, to) in frame.chunks_exact(shape.row_bytes()).zip(bytes.chunks_mut(stride)) {
                to[..row.len()].copy_from_slice(row);
            }
        }
        let views: Vec<_> = memory
            .iter_mut()
            .map(|guarded| {
                let bytes = guarded.bytes(length, at_end);
                Frame::with_stride(shape, bytes, stride as isize).unwrap()
            })
            .collect();
        for backend in backends() {
            // The state lies against closed pages as well.
            let needed = Scanner::memory_needed(shape);
            let mut state = Guarded::new(needed);
            let mut scanner = Scanner::on(backend, shape, state.bytes(needed, at_end)).unwrap();
            let rows: Vec<_> = views.iter().filter_map(|v| scanner.push(v).unwrap()).collect();
            assert_eq!(bits(&rows), bits(&expected));
            let pairs: Vec<_> = views
                .windows(2)
                .map(|pair| compare_on(backend, &pair[0], &pair[1]).unwrap())
                .collect();
            assert_eq!(bits(&pairs), bits(&expected));
        }
    }
}
