using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Tests.Csv;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("青木 淑子", "青木 淑子")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("一行\n二行", "\"一行\n二行\"")]
    [InlineData("\"x\"", "\"\"\"x\"\"\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+81-3-5555-0001", "'+81-3-5555-0001")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("  =1", "'  =1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("−1+1", "'−1+1")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("-1200", "-1200")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("090-0000-1111", "090-0000-1111")]
    public void Cell_IsShownAndNeverComputed(string? value, string cell) => Assert.Equal(cell, CsvText.Cell(value));

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("−1+1", "'−1+1")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("-5", "'-5")]
    [InlineData(-5, "-5")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData(null, "")]
    public void CellOfAnArchive_IsShownAndNeverComputed(object? value, string cell) => Assert.Equal(cell, CsvCell.Of(value));

    [Fact]
    public void File_BeginsWithTheMarkOfUtf8_AndEndsEachLineAsExcelDoes() =>
        Assert.Equal("﻿氏名,電話\r\n青木,'+81\r\n", System.Text.Encoding.UTF8.GetString(CsvText.File([["氏名", "電話"], ["青木", "+81"]])));
}
