//! Writes tables in a region that scrolls and can be focused by keyboard, so that a wide one does not break a narrow
//! page.

use pulldown_cmark::Alignment;

use super::writer::Writer;

/// The table that is being written. Tables do not nest.
#[derive(Default)]
pub(super) struct OpenTable {
    alignments: Vec<Alignment>,
    in_head: bool,
    has_body: bool,
    column: usize,
    /// Byte offsets in the body at which the open cell's tag begins and ends.
    cell: (usize, usize),
}

impl Writer<'_> {
    /// Opens a table.
    pub(super) fn open_table(&mut self, alignments: Vec<Alignment>) {
        self.tables += 1;
        self.open_with(&format!(
            "<div class=\"table\" role=\"region\" aria-label=\"{} {}\" tabindex=\"0\">\n<table>\n",
            self.strings.table, self.tables
        ));
        self.table = OpenTable { alignments, ..OpenTable::default() };
    }

    /// Opens a row; the first row of a table is its header.
    pub(super) fn open_row(&mut self, is_head: bool) {
        self.table.in_head = is_head;
        self.table.column = 0;
        if is_head {
            self.body.html.push_str("<thead>\n");
        } else if !std::mem::replace(&mut self.table.has_body, true) {
            self.body.html.push_str("<tbody>\n");
        }
        self.body.html.push_str("<tr>\n");
    }

    /// Opens a cell.
    pub(super) fn open_cell(&mut self) {
        let start = self.body.html.len();
        self.body.html.push_str(if self.table.in_head { "<th scope=\"col\"" } else { "<td" });
        self.body.html.push_str(match self.table.alignments.get(self.table.column) {
            None | Some(Alignment::None) => ">",
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
        });
        self.table.cell = (start, self.body.html.len());
        self.table.column += 1;
        self.begin();
    }

    /// Closes a cell.
    pub(super) fn close_cell(&mut self) {
        let (start, end) = self.table.cell;
        let is_empty =
            self.body.html.len() == end && self.body.placeholders.last().is_none_or(|(offset, _)| *offset < end);
        if self.table.in_head && is_empty {
            // Screen readers would announce an empty header cell.
            self.body.html.truncate(start);
            self.body.html.push_str("<td></td>\n");
        } else {
            self.body.html.push_str(if self.table.in_head { "</th>\n" } else { "</td>\n" });
        }
    }

    /// Closes a row.
    pub(super) fn close_row(&mut self) {
        self.body.html.push_str(if self.table.in_head { "</tr>\n</thead>\n" } else { "</tr>\n" });
        self.table.in_head = false;
    }

    /// Closes a table.
    pub(super) fn close_table(&mut self) {
        let end = if self.table.has_body { "</tbody>\n</table>\n</div>\n" } else { "</table>\n</div>\n" };
        self.body.html.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::check;

    #[test]
    fn tables_scroll() {
        check(
            "| a | b |   |\n|:--|:-:|--:|\n| c | d | e |",
            "<div class=\"table\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\" class=\"align-left\">a</th>\n<th scope=\"col\" class=\"align-center\">b</th>\n<td></td>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class=\"align-left\">c</td>\n<td class=\"align-center\">d</td>\n<td class=\"align-right\">e</td>\n</tr>\n</tbody>\n</table>\n</div>",
        );
        check(
            "|a|\n|-|",
            "<div class=\"table\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n</tr>\n</thead>\n</table>\n</div>",
        );
    }
}
