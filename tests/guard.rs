//! Nothing outside a frame is read: frames lie against pages that may not be touched, at both ends.
#![cfg(unix)]

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Format, Frame, Gray, Plane, Shape, TTable, TableSettings,
    Timestamp, TopDeltas,
};
use support::backends::backends;
use support::frames::Content;
use support::table::{TableCase, bits, expected};

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
        let gray = if format.is_rgb() { &Gray::ALL[..2] } else { &Gray::ALL[..1] };
        for &gray in gray {
            let case = TableCase { gray, ..TableCase::usual(format) };
            for (width, height) in
                [(1, 1), (127, 1), (128, 1), (129, 1), (171, 3), (256, 2), (300, 7), (1280, 3)]
            {
                for padding in [0, 1, 5] {
                    check(case, Shape::new(format, width, height).unwrap(), padding);
                }
            }
        }
    }
}

/// Streams and compares frames whose planes' first byte follows, or whose last byte precedes, a closed page.
fn check(case: TableCase, shape: Shape, padding: usize) {
    let frames = Content::Noise.frames(shape, 3, 7);
    let expected = expected(shape, &frames, &case.settings());
    let stride = |plane| shape.row_bytes(plane) + padding;
    let length = |plane| shape.plane_bytes(plane, stride(plane) as isize).unwrap();
    let planes = 0..shape.planes();
    let mut memory: Vec<Vec<Guarded>> =
        (0..3).map(|_| planes.clone().map(|plane| Guarded::new(length(plane))).collect()).collect();
    for at_end in [false, true] {
        for (frame, guarded) in frames.chunks_exact(shape.frame_bytes()).zip(&mut memory) {
            let mut rest = frame;
            for (plane, guarded) in guarded.iter_mut().enumerate() {
                for to in guarded.bytes(length(plane), at_end).chunks_mut(stride(plane)) {
                    let (row, after) = rest.split_at(shape.row_bytes(plane));
                    to[..row.len()].copy_from_slice(row);
                    rest = after;
                }
            }
        }
        let views: Vec<_> = memory
            .iter_mut()
            .map(|guarded| {
                let planes: Vec<_> = guarded
                    .iter_mut()
                    .enumerate()
                    .map(|(plane, guarded)| Plane {
                        data: guarded.bytes(length(plane), at_end),
                        stride: stride(plane) as isize,
                    })
                    .collect();
                Frame::new(shape, &planes).unwrap()
            })
            .collect();
        for backend in backends() {
            let settings = TableSettings { backend: Some(backend), ..case.settings() };
            // The state lies against closed pages as well.
            let needed = TTable::memory_needed(shape);
            let mut state = Guarded::new(needed);
            let memory = state.bytes(needed, at_end);
            let mut scanner = TTable::with(shape, &settings, memory).unwrap();
            let rows: Vec<_> = views.iter().filter_map(|v| scanner.push(v).unwrap()).collect();
            assert_eq!(bits(&rows), bits(&expected));
            let pairs: Vec<_> = views
                .windows(2)
                .map(|pair| TopDeltas::between(&pair[0], &pair[1], &settings).unwrap().row())
                .collect();
            assert_eq!(bits(&pairs), bits(&expected));

            // So do the analyser's arrays.
            let settings = AnalyserSettings { backend: Some(backend), ..Default::default() };
            let needed = Analyser::memory_needed(shape, &settings).unwrap();
            let mut arrays = Guarded::new(needed);
            let memory = arrays.bytes(needed, at_end);
            let mut analyser = Analyser::new(shape, &settings, memory).unwrap();
            for (i, view) in views.iter().enumerate() {
                let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
                assert_eq!(analyser.push(view, time).unwrap().frame, i as u64);
            }
        }
    }
}
