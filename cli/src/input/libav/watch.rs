//! What the libraries say of an input, and whether they are to stop.

use super::ffi;
use crate::interrupt::Stop;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once};

/// What of an input is watched by several threads.
#[derive(Default)]
pub(super) struct Watch {
    /// Whether the scan is to stop.
    pub interrupt: Stop,
    /// Whether decoding is to stop.
    pub stop: AtomicBool,
    /// Whether errors matter. Those before the first frame that is wanted do not.
    pub began: AtomicBool,
    /// The first error.
    pub damage: Mutex<Option<String>>,
}

/// Of every open input. Messages are for one of these, or not for us.
static WATCHES: Mutex<Vec<Arc<Watch>>> = Mutex::new(Vec::new());

impl Watch {
    pub fn new(interrupt: Stop) -> Arc<Self> {
        static LOG: Once = Once::new();
        LOG.call_once(|| take_messages(ffi::av_log_set_callback));
        let watch = Arc::new(Self { interrupt, ..Self::default() });
        if let Ok(mut all) = WATCHES.lock() {
            all.push(Arc::clone(&watch));
        }
        watch
    }

    /// What contexts of FFmpeg know it by.
    pub fn opaque(self: &Arc<Self>) -> *mut c_void {
        Arc::as_ptr(self).cast_mut().cast()
    }

    pub fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.interrupt.is_requested()
    }

    pub fn tell(&self, problem: &str) {
        if self.began.load(Ordering::Relaxed)
            && let Ok(mut damage) = self.damage.lock()
        {
            damage.get_or_insert_with(|| problem.to_owned());
        }
    }

    /// From now on it is not known any more.
    pub fn forget(self: &Arc<Self>) {
        if let Ok(mut all) = WATCHES.lock() {
            all.retain(|watch| !Arc::ptr_eq(watch, self));
        }
    }
}

/// Takes the messages of the libraries. `V` is their list of arguments, which has another type on each platform.
fn take_messages<V>(
    set: unsafe extern "C" fn(Option<unsafe extern "C" fn(*mut c_void, c_int, *const c_char, V)>),
) {
    unsafe extern "C" fn take<V>(context: *mut c_void, level: c_int, format: *const c_char, _: V) {
        if level <= ffi::AV_LOG_ERROR && !context.is_null() && !format.is_null() {
            // SAFETY: FFmpeg's contexts begin with a pointer to their class, and its formats are C strings.
            unsafe { take_error(context, CStr::from_ptr(format)) };
        }
    }
    // SAFETY: the function lives as long as the program, and may be called by any thread.
    unsafe { set(Some(take::<V>)) };
}

/// Formats of messages, constants of FFmpeg's, about metadata, and about the footer of an MXF, which cannot be read first in a
/// pipe. They leave all frames as they are.
const HARMLESS: [&str; 3] =
    ["SEI type ", "unable to decode APP fields", "unable to compute the size of the last packet"];

/// Takes an error of a codec or a container that was opened here.
///
/// # Safety
///
/// The context begins with a pointer to its class.
unsafe fn take_error(context: *mut c_void, format: &CStr) {
    // SAFETY: the caller's; and the name of a class says what its context is.
    let opaque = unsafe {
        let class = *context.cast::<*const ffi::AVClass>();
        if class.is_null() || (*class).class_name.is_null() {
            return;
        }
        match CStr::from_ptr((*class).class_name).to_bytes() {
            b"AVCodecContext" => (*context.cast::<ffi::AVCodecContext>()).opaque,
            b"AVFormatContext" => (*context.cast::<ffi::AVFormatContext>()).opaque,
            _ => return,
        }
    };
    let Ok(all) = WATCHES.lock() else { return };
    let Some(watch) = all.iter().find(|watch| watch.opaque() == opaque) else { return };
    let format = format.to_string_lossy();
    if !HARMLESS.iter().any(|harmless| format.starts_with(harmless)) {
        // The constant part of the message.
        let message = match format.split_once('%') {
            Some((constant, _)) => format!("{} ...", constant.trim_end()),
            None => format.trim_end().to_owned(),
        };
        watch.tell(message.trim_start());
    }
}

pub(super) unsafe extern "C" fn is_stopped(watch: *mut c_void) -> c_int {
    // SAFETY: the watch outlives the input, see `Job::run`.
    unsafe { &*watch.cast::<Watch>() }.stops().into()
}
