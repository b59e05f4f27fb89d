//! The tables as one workbook.
//!
//! In: the tables of a pack. Out: bytes of an `.xlsx` file, the same for the same tables. No
//! cell is a formula or a link; what a person fills in is blank and, where there is a choice,
//! has a list.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Workbook, Worksheet, XlsxError,
};

use super::Digest;
use super::table::{Column, Table};

const INK: u32 = 0x1B_2A_41;
const HEAD: u32 = 0xE6_EC_F3;
const FILL: u32 = 0xFF_F8_E1;
/// Rows below the last one that can be filled in too.
const SPARE: u32 = 200;

/// Writes the workbook.
pub(super) fn write(digest: &Digest<'_>) -> Result<Vec<u8>, String> {
    let fault = |error: XlsxError| format!("phorce-audit.xlsx: {error}");
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(digest).map_err(fault)?);
    cover(workbook.add_worksheet(), digest).map_err(fault)?;
    for table in &digest.tables {
        sheet(workbook.add_worksheet(), table).map_err(fault)?;
    }
    workbook.save_to_buffer().map_err(fault)
}

/// The day of the run stands for the day of making: the same input gives the same bytes.
fn properties(digest: &Digest<'_>) -> Result<DocProperties, XlsxError> {
    let day = digest.subject.as_of;
    let year = u16::try_from(day.year()).unwrap_or(1970);
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    let made = ExcelDateTime::from_ymd(year, small(day.month()), small(day.day()))?;
    let title = format!("Phorce evidence pack {}", digest.subject.label);
    Ok(DocProperties::new().set_title(title).set_creation_datetime(&made))
}

fn cover(sheet: &mut Worksheet, digest: &Digest<'_>) -> Result<(), XlsxError> {
    sheet.set_name("Read me")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 100)?;
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let subject = digest.subject;
    let big = Format::new().set_bold().set_font_size(16).set_font_color(Color::RGB(INK));
    sheet.write_string_with_format(0, 0, "Phorce evidence pack", &big)?;
    let mut rows = vec![
        ("Pack".to_owned(), subject.label.to_owned()),
        ("Of".to_owned(), subject.name.to_owned()),
        ("Day".to_owned(), subject.as_of.to_string()),
        ("About".to_owned(), subject.scope.words().to_owned()),
        ("What it is not".to_owned(), super::text::NO_CERTIFICATE.to_owned()),
    ];
    rows.extend(digest.tables.iter().map(|table| (table.title.to_owned(), table.about.to_owned())));
    for ((name, words), row) in rows.iter().zip(2..) {
        sheet.write_string_with_format(row, 0, crate::escape::cell(name), &bold)?;
        sheet.write_string_with_format(row, 1, crate::escape::cell(words), &text)?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(table.title)?;
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_font_color(Color::RGB(INK))
        .set_background_color(Color::RGB(HEAD))
        .set_border_bottom(FormatBorder::Thin);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let blank = text.clone().set_background_color(Color::RGB(FILL)).set_border(FormatBorder::Hair);
    for (column, at) in table.columns.iter().zip(0..) {
        sheet.set_column_width(at, f64::from(column.width))?;
        sheet.write_string_with_format(0, at, column.name, &head)?;
    }
    for (row, at) in table.rows.iter().zip(1..) {
        for ((cell, column), to) in row.iter().zip(&table.columns).zip(0..) {
            match (cell.as_str(), column.blank) {
                ("", true) => sheet.write_blank(at, to, &blank)?,
                ("", false) => continue,
                (cell, true) => sheet.write_string_with_format(at, to, cell, &blank)?,
                (cell, false) => sheet.write_string_with_format(at, to, cell, &text)?,
            };
        }
    }
    let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    sheet.set_freeze_panes(1, 0)?;
    let width = u16::try_from(table.columns.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, last, width)?;
    for (column, at) in table.columns.iter().zip(0..) {
        choose(sheet, column, at, last)?;
    }
    paper(sheet);
    Ok(())
}

fn choose(sheet: &mut Worksheet, column: &Column, at: u16, last: u32) -> Result<(), XlsxError> {
    if column.choices.is_empty() {
        return Ok(());
    }
    let list = DataValidation::new().allow_list_strings(column.choices)?;
    sheet.add_data_validation(1, at, last.saturating_add(SPARE), at, &list)?;
    Ok(())
}

/// A sheet prints as wide as a page, its header on every page.
fn paper(sheet: &mut Worksheet) {
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&RPage &P of &N");
    // The header is one row; there is no wrong number here.
    let _ = sheet.set_repeat_rows(0, 0);
}
