//! The picture of an animation, which each frame changes in a part.

/// A frame of an animation: where it lies, how it is laid on what is there, and what happens behind it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    pub blend: Blend,
    pub dispose: Dispose,
}

/// How pixels are laid on what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Blend {
    /// They replace it, alpha and all.
    #[default]
    Source,
    /// What is there shows through.
    Over,
}

/// What happens to the part of a frame before the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Dispose {
    #[default]
    Keep,
    /// It becomes transparent.
    Clear,
    /// It becomes what was there before the frame.
    Restore,
}

/// A picture of red, green, blue and alpha. It is transparent at first.
pub struct Canvas {
    size: (u32, u32),
    pixels: Vec<u8>,
    /// The frame that is shown, and what was there before it if that comes back.
    shown: Option<Part>,
    before: Vec<u8>,
}

impl Canvas {
    pub fn new(size: (u32, u32)) -> Self {
        Self { size, pixels: Vec::new(), shown: None, before: Vec::new() }
    }

    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Draws a frame and copies the picture. What lies outside of the picture is cut off.
    pub fn draw(&mut self, part: &Part, pixels: &[u8], picture: &mut Vec<u8>) {
        if self.pixels.is_empty() {
            self.pixels.resize(self.size.0 as usize * self.size.1 as usize * 4, 0);
        }
        match self.shown.take() {
            Some(shown) if shown.dispose == Dispose::Clear => {
                self.rows(&shown).for_each(|(_, row)| row.fill(0));
            }
            Some(shown) if shown.dispose == Dispose::Restore => {
                self.pixels.clone_from(&self.before)
            }
            _ => {}
        }
        if part.dispose == Dispose::Restore {
            self.before.clone_from(&self.pixels);
        }
        let row_bytes = part.width as usize * 4;
        for (y, row) in self.rows(part) {
            let from = pixels.get(y * row_bytes..).unwrap_or(&[]);
            let length = row.len().min(from.len());
            let (row, from) = (&mut row[..length], &from[..length]);
            match part.blend {
                Blend::Source => row.copy_from_slice(from),
                Blend::Over => {
                    for (below, above) in
                        row.as_chunks_mut::<4>().0.iter_mut().zip(from.as_chunks::<4>().0)
                    {
                        *below = over(*above, *below);
                    }
                }
            }
        }
        self.shown = Some(*part);
        picture.clone_from(&self.pixels);
    }

    /// The rows of a part that lie in the picture, and their numbers in the part.
    fn rows(&mut self, part: &Part) -> impl Iterator<Item = (usize, &mut [u8])> {
        let width = self.size.0 as usize;
        let left = (part.x as usize).min(width);
        let right = (part.x as usize).saturating_add(part.width as usize).min(width);
        let rows = self.pixels.chunks_exact_mut((width * 4).max(1));
        let rows = rows.skip(part.y as usize).take(part.height as usize).enumerate();
        rows.map(move |(y, row)| (y, &mut row[left * 4..right * 4]))
    }
}

/// A pixel over another.
fn over(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let (alpha, alpha_below) = (u32::from(above[3]), u32::from(below[3]));
    match alpha {
        255 => return above,
        0 => return below,
        _ => {}
    }
    // In 255ths of 255ths.
    let rest = alpha_below * (255 - alpha);
    let sum = alpha * 255 + rest;
    let mut result = [((sum + 127) / 255) as u8; 4];
    for ((result, above), below) in result.iter_mut().zip(above).zip(below).take(3) {
        *result =
            ((u32::from(above) * alpha * 255 + u32::from(below) * rest + sum / 2) / sum) as u8;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_laid_on_each_other() {
        let part = |x, y, dispose| Part { x, y, width: 1, height: 1, blend: Blend::Over, dispose };
        let mut canvas = Canvas::new((2, 1));
        let mut draw = |part: Part, value: u8| {
            let mut picture = Vec::new();
            canvas.draw(&part, &[value, value, value, 255], &mut picture);
            [picture[0], picture[3], picture[4], picture[7]]
        };
        assert_eq!(draw(part(0, 0, Dispose::Clear), 10), [10, 255, 0, 0]);
        // What comes back after it is clear.
        assert_eq!(draw(part(0, 0, Dispose::Restore), 20), [20, 255, 0, 0]);
        assert_eq!(draw(part(1, 0, Dispose::Restore), 30), [0, 0, 30, 255]);
        assert_eq!(draw(part(0, 0, Dispose::Keep), 40), [40, 255, 0, 0]);
        // Outside of the picture.
        assert_eq!(draw(part(2, 0, Dispose::Clear), 50), [40, 255, 0, 0]);
        assert_eq!(draw(part(9, u32::MAX, Dispose::Clear), 50), [40, 255, 0, 0]);
        let large = Part { x: 1, width: 5, height: 9, ..part(0, 0, Dispose::Keep) };
        assert_eq!(draw(large, 60), [40, 255, 60, 255]);
    }

    #[test]
    fn pixels_over_others() {
        assert_eq!(over([10, 20, 30, 255], [1, 2, 3, 255]), [10, 20, 30, 255]);
        assert_eq!(over([10, 20, 30, 0], [1, 2, 3, 77]), [1, 2, 3, 77]);
        assert_eq!(over([200, 0, 100, 128], [0, 200, 100, 255]), [100, 100, 100, 255]);
        assert_eq!(over([90, 90, 90, 128], [0; 4]), [90, 90, 90, 128]);
    }
}
