//! Arrays of NumPy, format 1.0 to 3.0 (NEP 1).
//!
//! The header is read here and not by a library: it is three values, and it must be possible to be
//! handed any bytes.

use super::raw::Raw;
use super::shape;
use crate::failure::Failure;
use flashinator::Format;
use std::io::{self, Read};

/// The longest header that NumPy itself reads without being told to trust the file.
const LONGEST_HEADER: usize = 10_000;

/// The frames of an array of shape (F,H,W,3) or (F,H,W) of uint8 in C order.
pub fn npy(name: String, mut reader: Box<dyn Read>, rate: f64) -> Result<Raw, Failure> {
    let fail = |what: String, todo: &str| Failure::new(&name, what, todo);
    let text = header(&mut reader)
        .map_err(|what| fail(format!("not a .npy array: {what}"), "write it with numpy.save"))?;
    let dtype = string(&text, "descr").unwrap_or("a structured dtype");
    if !matches!(dtype, "|u1" | "<u1" | ">u1" | "=u1" | "u1") {
        let what = format!("its dtype is {dtype}, not uint8");
        return Err(fail(what, "convert it with array.astype(numpy.uint8)"));
    }
    let dimensions = tuple(&text, "shape").ok_or_else(|| {
        fail("not a .npy array: its header has no shape".into(), "write it with numpy.save")
    })?;
    match value(&text, "fortran_order") {
        Some(order) if order.starts_with("False") => {}
        Some(order) if order.starts_with("True") => {
            return Err(fail(
                "it is in Fortran order".into(),
                "save numpy.ascontiguousarray(array)",
            ));
        }
        _ => {
            let what = "not a .npy array: its header does not give the order";
            return Err(fail(what.into(), "write it with numpy.save"));
        }
    }
    let (format, count, height, width) = match *dimensions {
        [count, height, width, 3] => (Format::Rgb24, count, height, width),
        [count, height, width] => (Format::Gray8, count, height, width),
        _ => {
            let what = format!("its shape is {}", list(&dimensions));
            return Err(fail(what, "give frames of shape (F,H,W,3) or (F,H,W)"));
        }
    };
    let too_large =
        || fail(format!("its shape {} is too large", list(&dimensions)), "check how it was made");
    let width = u32::try_from(width).map_err(|_| too_large())?;
    let height = u32::try_from(height).map_err(|_| too_large())?;
    let shape = shape(&name, format, width, height)?;
    count.checked_mul(shape.frame_bytes() as u64).ok_or_else(too_large)?;
    Ok(Raw::promised(name, reader, count, shape, rate))
}

/// The text of the header; the reader is then at the first frame.
fn header(reader: &mut dyn Read) -> Result<String, String> {
    let said = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends within the header".to_owned(),
        _ => error.to_string(),
    };
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(said)?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err("it does not begin with \\x93NUMPY".into());
    }
    let mut length = [0; 4];
    let size = match start[6] {
        1 => 2,
        2 | 3 => 4,
        version => return Err(format!("version {version} is unknown")),
    };
    reader.read_exact(&mut length[..size]).map_err(said)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_HEADER {
        return Err(format!("its header has {length} bytes"));
    }
    let mut text = vec![0; length];
    reader.read_exact(&mut text).map_err(said)?;
    String::from_utf8(text).map_err(|_| "its header is no text".into())
}

/// What follows a key of the header's dictionary.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(&format!("'{key}'"))?;
    Some(after.trim_start().strip_prefix(':')?.trim_start())
}

fn string<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    value(text, key)?.strip_prefix('\'')?.split_once('\'').map(|(string, _)| string)
}

fn tuple(text: &str, key: &str) -> Option<Vec<u64>> {
    let (inside, _) = value(text, key)?.strip_prefix('(')?.split_once(')')?;
    let numbers = inside.split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().ok()).collect()
}

fn list(dimensions: &[u64]) -> String {
    let sides: Vec<String> = dimensions.iter().map(u64::to_string).collect();
    format!("({})", sides.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_header() {
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 30, 40, 3), }  \n";
        assert_eq!(string(text, "descr"), Some("|u1"));
        assert_eq!(tuple(text, "shape"), Some(vec![2, 30, 40, 3]));
        assert!(value(text, "fortran_order").unwrap().starts_with("False"));
        assert_eq!(value(text, "shap"), None);
        assert_eq!(tuple("{'shape': (5,)}", "shape"), Some(vec![5]));
        assert_eq!(tuple("{'shape': ()}", "shape"), Some(vec![]));
        assert_eq!(tuple("{'shape': (-5, 3)}", "shape"), None);
        assert_eq!(tuple("{'shape': (5, 3", "shape"), None);
    }
}
