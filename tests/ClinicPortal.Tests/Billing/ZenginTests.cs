using System.Text;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Zengin;

namespace ClinicPortal.Tests.Billing;

public sealed class ZenginTests
{
    private const string Kana = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝﾞﾟ-.() ";

    private static readonly DateOnly Near = new(2026, 11, 30);
    private static readonly DebtorAccount Debtor = new("0123456789", "ｾﾀｶﾞﾔｸｲｼｶｲ", "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321");

    [Theory]
    [InlineData("セタガヤク医師会", false, "ｾﾀｶﾞﾔｸ医師会")]
    [InlineData("きょうどう医院", false, "ｷﾖｳﾄﾞｳ医院")]
    [InlineData("キョウドウ　イイン", true, "ｷﾖｳﾄﾞｳ ｲｲﾝ")]
    [InlineData("（イ）サクラ会", false, "(ｲ)ｻｸﾗ会")]
    [InlineData("ｶ)ﾔﾏﾀﾞ ｸﾘﾆｯｸ", true, "ｶ)ﾔﾏﾀﾞ ｸﾘﾆﾂｸ")]
    [InlineData("ヴィーナス・クリニック", true, "ｳﾞｲ-ﾅｽ.ｸﾘﾆﾂｸ")]
    [InlineData("abc１２３", true, "ABC123")]
    public void Name_IsWrittenAsBanksDo(string text, bool isWhole, string written)
    {
        Assert.Equal(isWhole, ZenginText.TryWrite(text, out var found));
        Assert.Equal(written, found);
    }

    [Fact]
    public void Letters_AreThoseOfShiftJis()
    {
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding(932)!;

        Assert.Equal(shiftJis.GetBytes(Kana + "ABC019"), ZenginText.Encode(Kana + "ABC019"));
        Assert.Equal(Kana, ZenginText.Decode(shiftJis.GetBytes(Kana)));
        Assert.Null(ZenginText.Decode(shiftJis.GetBytes("漢字")));
    }

    [Theory]
    [InlineData("081130", "2026-11-30")]
    [InlineData("010501", "2019-05-01")]
    [InlineData("310430", "2019-04-30")]
    [InlineData("080229", null)]
    [InlineData("081331", null)]
    [InlineData("00ABCD", null)]
    public void Date_IsOfTheEraThatMakesItNearest(string digits, string? date) =>
        Assert.Equal(date is null ? null : DateOnly.ParseExact(date, "yyyy-MM-dd"), EraDate.Read(digits, date?.StartsWith("2019", StringComparison.Ordinal) == true ? new DateOnly(2019, 5, 1) : Near));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void IncomingTransfers_ComeBackAsTheyWereWritten(int seed)
    {
        var random = new Random(seed);
        for (var turn = 0; turn < 40; turn++)
        {
            var accounts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnAccount(random)).ToList();

            var content = IncomingTransfers.Write(accounts);
            var bare = content.Where(b => b is not ((byte)'\r' or (byte)'\n')).ToArray();

            Assert.All(bare.Chunk(IncomingTransfers.Length), record => Assert.Equal(IncomingTransfers.Length, record.Length));
            foreach (var file in new[] { content, bare, [.. content, 0x1A] })
            {
                var read = IncomingTransfers.Read(file, Near);
                Assert.Equal(accounts.Select(a => a with { Transfers = [] }), read.Select(a => a with { Transfers = [] }));
                Assert.Equal(accounts.SelectMany(a => a.Transfers), read.SelectMany(a => a.Transfers));
            }
        }
    }

    [Fact]
    public void Record_HasItsFieldsWhereBanksPutThem()
    {
        var content = IncomingTransfers.Write([AnAccount(new Random(5)) with
        {
            Transfers = [new IncomingTransfer("000042", Near, Near, 55_000, "0001234567", "ｷﾖｳﾄﾞｳｲｲﾝ", "ﾐｽﾞﾎ", "ｾﾀｶﾞﾔ", false, "SG-2026-00042")],
        }]);

        var data = ZenginText.Decode(content.AsSpan(202, 200))!;
        Assert.Equal("2000042081130081130" + "0000055000" + "0000000000" + "0001234567", data[..49]);
        Assert.Equal("ｷﾖｳﾄﾞｳｲｲﾝ".PadRight(48), data[49..97]);
        Assert.Equal("SG-2026-00042".PadRight(20), data[128..148]);
        var trailer = ZenginText.Decode(content.AsSpan(404, 200))!;
        Assert.Equal("8000001000000055000000000000000000000", trailer[..37]);
    }

    [Theory]
    [InlineData(ZenginFault.Total, 10, 1)]
    [InlineData(ZenginFault.Count, 6, 1)]
    public void TrailerThatDisagrees_IsRefused(ZenginFault fault, int at, int plus)
    {
        var content = IncomingTransfers.Write([AnAccount(new Random(6)) with { Transfers = [ATransfer(new Random(6)) with { IsCancelled = false }] }]);
        content[404 + at] = (byte)('0' + ((content[404 + at] - '0' + plus) % 10));

        var refusal = Assert.Throws<ZenginException>(() => IncomingTransfers.Read(content, Near));

        Assert.Equal((3, fault), (refusal.Line, refusal.Fault));
    }

    [Fact]
    public void WhateverIsNoSuchFile_IsRefused_AndNothingElseHappens()
    {
        var random = new Random(7);
        var good = IncomingTransfers.Write([AnAccount(random)]);
        for (var turn = 0; turn < 2_000; turn++)
        {
            var bad = random.Next(3) switch
            {
                0 => good[..random.Next(good.Length)],
                1 => [.. good.Select(b => random.Next(50) == 0 ? (byte)random.Next(256) : b)],
                _ => Enumerable.Range(0, random.Next(1_000)).Select(_ => (byte)random.Next(256)).ToArray(),
            };
            try
            {
                IncomingTransfers.Read(bad, Near);
            }
            catch (ZenginException)
            {
                // Said where, and what.
            }
        }
        Assert.Equal(ZenginFault.NotThisKind, Assert.Throws<ZenginException>(() => DebitFile.Read(Debits(random, 1).Content.Select((b, i) => i == 2 ? (byte)'2' : b).ToArray())).Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DirectDebits_ComeBackAsTheyWereWritten(int seed)
    {
        var random = new Random(seed);
        for (var turn = 0; turn < 60; turn++)
        {
            var (lines, content) = Debits(random, random.Next(0, 30), answered: turn % 2 == 0);

            var (code, day, read) = DebitFile.Read(content);

            Assert.Equal((Debtor.Code, "1228"), (code, day));
            Assert.Equal(lines, read);
            Assert.Equal((lines.Count + 3) * 122, content.Length);
        }
    }

    [Fact]
    public void AnswerWhoseTotalsDisagree_IsRefused()
    {
        var (_, content) = Debits(new Random(9), 3, answered: true);
        // The first result is turned round; the trailer still counts it as it was.
        var at = 122 + 111;
        content[at] = content[at] == (byte)'0' ? (byte)'1' : (byte)'0';

        Assert.Equal(ZenginFault.Count, Assert.Throws<ZenginException>(() => DebitFile.Read(content)).Fault);
    }

    private static (List<DebitLine> Lines, byte[] Content) Debits(Random random, int count, bool answered = false)
    {
        var lines = Enumerable.Range(0, count).Select(_ => new DebitLine(
            new DebitAccount(Digits(random, 4), Text(random, 15), Digits(random, 3), Text(random, 15), $"{random.Next(1, 3)}", Digits(random, 7), Text(random, 30)),
            random.NextInt64(1, 9_999_999_999), random.Next(2) == 0, Digits(random, 20), answered ? "0123489"[random.Next(7)] : '0')).ToList();
        return (lines, DebitFile.Write(Debtor, new DateOnly(2026, 12, 28), lines, answered));
    }

    private static IncomingAccount AnAccount(Random random) => new(
        Near.AddDays(-random.Next(300)), Near.AddDays(-random.Next(300)), Near.AddDays(-random.Next(300)), Digits(random, 4), Text(random, 15), Digits(random, 3), Text(random, 15),
        $"{random.Next(1, 3)}", Digits(random, 7), Text(random, 40), [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => ATransfer(random))]);

    private static IncomingTransfer ATransfer(Random random) => new(
        Digits(random, 6), Near.AddDays(-random.Next(300)), Near.AddDays(-random.Next(300)), random.NextInt64(1, 9_999_999_999), Digits(random, 10), Text(random, 48), Text(random, 15),
        Text(random, 15), random.Next(8) == 0, Text(random, 20));

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));

    /// <summary>Blanks at the end are not kept: a field is filled with them.</summary>
    private static string Text(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(0, most + 1)).Select(_ => Kana[random.Next(Kana.Length)])).TrimEnd();
}
