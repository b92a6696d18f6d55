//! A value for every cell.

/// Values row by row.
#[derive(Clone, Debug)]
pub struct Grid<T> {
    size: [usize; 2],
    values: Vec<T>,
}

impl<T> Grid<T> {
    pub fn from_fn(size: [usize; 2], mut value: impl FnMut(usize, usize) -> T) -> Self {
        let mut values = Vec::with_capacity(size[0] * size[1]);
        for y in 0..size[1] {
            for x in 0..size[0] {
                values.push(value(x, y));
            }
        }
        Self { size, values }
    }

    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    pub fn values(&self) -> &[T] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }
}

impl<T: Copy> Grid<T> {
    pub fn filled(size: [usize; 2], value: T) -> Self {
        Self { size, values: vec![value; size[0] * size[1]] }
    }

    pub fn at(&self, x: usize, y: usize) -> T {
        self.values[y * self.size[0] + x]
    }

    pub fn map<U>(&self, of: impl Fn(T) -> U) -> Grid<U> {
        Grid { size: self.size, values: self.values.iter().map(|&value| of(value)).collect() }
    }

    /// The values of a cell and of its neighbours, as far as they lie in the picture.
    pub fn around(&self, x: usize, y: usize) -> impl Iterator<Item = T> + '_ {
        let [width, height] = self.size;
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        let rows = y.saturating_sub(1)..(y + 2).min(height);
        rows.flat_map(move |y| columns.clone().map(move |x| self.at(x, y)))
    }
}

impl Grid<f64> {
    /// The sum over every rectangle of a size that lies inside, at its top left cell.
    pub fn sums(&self, [width, height]: [usize; 2]) -> Grid<f64> {
        let [across, down] = self.size;
        // The sum of all that lies above a row and left of a column.
        let mut corner = Grid::filled([across + 1, down + 1], 0.0);
        for y in 0..down {
            let mut row = 0.0;
            for x in 0..across {
                row += self.at(x, y);
                corner.values[(y + 1) * (across + 1) + x + 1] = corner.at(x + 1, y) + row;
            }
        }
        Grid::from_fn([across + 1 - width, down + 1 - height], |x, y| {
            let (right, bottom) = (x + width, y + height);
            corner.at(right, bottom) - corner.at(x, bottom) - corner.at(right, y) + corner.at(x, y)
        })
    }
}
