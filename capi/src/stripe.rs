//! Stripes of a frame, for threads.

use core::ffi::c_void;
use core::slice;

use library::Stripe;

use super::analyser::{
    self, flashinator_analyser, flashinator_report, flashinator_time, timestamp, write_report,
};
use super::frame::{flashinator_frame, view};
use super::sized::Output;
use super::state::{Kind, State};
use super::status::*;

/// Opaque.
pub struct flashinator_stripe {
    _private: [u8; 0],
}

type Object = State<Stripe<&'static mut [u8]>>;

// SAFETY: no other type has this number.
unsafe impl Kind for Stripe<&'static mut [u8]> {
    const KIND: u32 = u32::from_be_bytes(*b"fStr");
    const NOT_ONE: flashinator_status = FLASHINATOR_ERROR_NOT_A_STRIPE;
}

/// Computes how many bytes of memory stripe `index` of `count` of an analyser needs: 12 for each of its cells, and
/// 40 KB.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRIPES.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `size` is NULL or points to a
/// `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_stripe_memory(
    analyser: *mut flashinator_analyser,
    index: usize,
    count: usize,
    size: *mut usize,
) -> flashinator_status {
    status(|| {
        if size.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: the caller's contract; `size` is not NULL.
        unsafe {
            let analyser = analyser::open(analyser)?;
            let needed = Stripe::memory_needed(analyser, index, count).map_err(status_of)?;
            size.write(Object::bytes(needed));
        }
        Ok(())
    })
}

/// Makes stripe `index` of `count` of an analyser, counted from 0 at the top, in `size` bytes of memory, as
/// flashinator_analyser_init does. With a stripe for each thread, threads can share a frame.
///
/// Errors: those of flashinator_stripe_memory, and MEMORY_TOO_SMALL.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `analyser` is NULL or points to memory given to
/// `flashinator_analyser_init`; `stripe` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_stripe_init(
    memory: *mut c_void,
    size: usize,
    analyser: *mut flashinator_analyser,
    index: usize,
    count: usize,
    stripe: *mut *mut flashinator_stripe,
) -> flashinator_status {
    status(|| {
        if stripe.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: the caller's contract; `stripe` is not NULL.
        unsafe {
            let analyser = analyser::open(analyser)?;
            let needed = Stripe::memory_needed(analyser, index, count).map_err(status_of)?;
            Object::make(memory, size, needed, stripe, |made, arrays| {
                made.write(Stripe::new(analyser, index, count, arrays).map_err(status_of)?);
                Ok(())
            })
        }
    })
}

/// Adds up the light of a stripe of `frame`, which is a whole frame, shown at `time`. That is most of the work on
/// it, and threads may do it at the same time, each with its own stripe.
///
/// Errors: NULL, MISALIGNED, NOT_A_STRIPE, VERSION, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE,
/// BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME.
///
/// # Safety
///
/// `stripe` is NULL or points to memory given to `flashinator_stripe_init`; `frame` is NULL or describes
/// readable memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_stripe_sum(
    stripe: *mut flashinator_stripe,
    frame: *const flashinator_frame,
    time: flashinator_time,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (stripe, frame) = unsafe { (Object::open(stripe.cast())?, view(frame)?) };
        stripe.sum(&frame, timestamp(time)?).map_err(status_of)
    })
}

/// Takes a frame whose light the stripes of an analyser have added up, all stripes in their order, and writes the
/// report by the first profile. It is the same as that of flashinator_analyser_push.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, NOT_A_STRIPE, VERSION, STRUCT_SIZE, STRIPES, TIME_NOT_AFTER,
/// RATE_TOO_HIGH.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `stripes` is NULL or points to
/// `count` pointers that are NULL or point to memory given to `flashinator_stripe_init`; `report` is NULL or
/// points to a report.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_push_stripes(
    analyser: *mut flashinator_analyser,
    stripes: *const *const flashinator_stripe,
    count: usize,
    report: *mut flashinator_report,
) -> flashinator_status {
    status(|| {
        if stripes.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: the caller's contract.
        let (analyser, report, stripes) = unsafe {
            (analyser::open(analyser)?, Output::new(report)?, slice::from_raw_parts(stripes, count))
        };
        // SAFETY: the caller's contract: nobody changes a stripe meanwhile.
        let share = |stripe: &*const flashinator_stripe| unsafe { Object::share(stripe.cast()) };
        stripes.iter().try_for_each(|stripe| share(stripe).map(|_| ()))?;
        let stripes = stripes.iter().filter_map(|stripe| share(stripe).ok());
        write_report(&report, &analyser.push_stripes(stripes).map_err(status_of)?);
        Ok(())
    })
}
