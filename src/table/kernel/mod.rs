//! The kernel of the T table.

mod before;
mod channels;
mod codes;
mod compare;
mod dispatch;
mod first_look;
mod pixels;
mod reading;
mod room;
mod scan;
mod second_look;
mod stream;
mod work;

pub(crate) use compare::{Compare, Which};
pub(crate) use dispatch::plane_bytes;
pub(crate) use pixels::BLOCK;
pub(crate) use reading::Reading;
pub(crate) use room::Room;
pub(crate) use stream::Stream;
pub(crate) use work::Method;
