using System.Text;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Zengin;

namespace ClinicPortal.Tests.Billing;

/// <summary>総合振込 and 給与振込, letter by letter and back.</summary>
public sealed class TransferFileTests
{
    private const string Kana = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝﾞﾟ-.() ";

    private static readonly DateOnly PayDay = new(2026, 12, 25);
    private static readonly DebtorAccount From = new("0123456789", "ｾﾀｶﾞﾔｸｲｼｶｲ", "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321");
    private static readonly PayeeAccount Doctor = new("0001", "ﾐｽﾞﾎ", "101", "ﾋﾗｲ", "1", "0012345", "ﾌｸﾀﾞ ｺｳｼﾞ");
    private static readonly PayeeAccount Driver = new("9900", "ﾕｳﾁﾖ", "018", "ｾﾞﾛｲﾁﾊﾁ", "1", "1234567", "ｵｶﾀﾞ ﾏｺﾄ");

    /// <summary>Written by hand from the banks' tables, not by the program: fields beside each other, with their widths in mind.</summary>
    [Fact]
    public void SalaryFile_IsLetterByLetterAsBanksWantIt()
    {
        string[] records =
        [
            "1" + "11" + "0" + "0123456789" + "ｾﾀｶﾞﾔｸｲｼｶｲ" + Blank(30) + "1225" + "0009" + "ﾐﾂｲｽﾐﾄﾓ" + Blank(8) + "936" + "ｷﾖｳﾄﾞｳ" + Blank(9) + "1" + "7654321" + Blank(17),
            "2" + "0001" + "ﾐｽﾞﾎ" + Blank(11) + "101" + "ﾋﾗｲ" + Blank(12) + "0000" + "1" + "0012345" + "ﾌｸﾀﾞ ｺｳｼﾞ" + Blank(21) + "0000345678" + "1" + "0000000101" + "0000000000" + Blank(9),
            "2" + "9900" + "ﾕｳﾁﾖ" + Blank(11) + "018" + "ｾﾞﾛｲﾁﾊﾁ" + Blank(8) + "0000" + "1" + "1234567" + "ｵｶﾀﾞ ﾏｺﾄ" + Blank(22) + "0000012000" + "0" + "0000000000" + "0000000000" + Blank(9),
            "8" + "000002" + "000000357678" + Blank(101),
            "9" + Blank(119),
        ];

        var content = TransferFile.Write(TransferKind.Salary, From, PayDay, [new TransferLine(Doctor, 345_678, "101", IsNew: true), new TransferLine(Driver, 12_000, "0")]);

        Assert.All(records, record => Assert.Equal(120, record.Length));
        Assert.Equal(CodePagesEncodingProvider.Instance.GetEncoding(932)!.GetBytes(string.Concat(records.Select(record => record + "\r\n"))), content);
    }

    [Fact]
    public void GeneralFile_SaysHowItIsSent_WhereASalaryHasNothing()
    {
        var content = TransferFile.Write(TransferKind.General, From, PayDay, [new TransferLine(Doctor, 1, "7")]);

        var begins = Encoding.ASCII.GetString(content[..4]);
        Assert.Equal("1210", begins);
        var data = content[122..242];
        // 顧客コード１, 顧客コード２, 振込指定区分 7 (電信), 識別表示 and ダミー.
        Assert.Equal("0000000007" + "0000000000" + "7" + Blank(8), Encoding.ASCII.GetString(data[91..]));
        Assert.Equal("0000000001", Encoding.ASCII.GetString(data[80..90]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Transfers_ComeBackAsTheyWereWritten(int seed)
    {
        var random = new Random(seed);
        for (var turn = 0; turn < 40; turn++)
        {
            var kind = random.Next(2) == 0 ? TransferKind.Salary : TransferKind.General;
            var lines = Enumerable.Range(0, random.Next(1, 30)).Select(_ => new TransferLine(AnAccount(random), random.NextInt64(1, 10_000_000_000), Digits(random, 10), random.Next(2) == 0)).ToList();

            var content = TransferFile.Write(kind, From, PayDay, lines);
            var bare = content.Where(b => b is not ((byte)'\r' or (byte)'\n')).ToArray();

            Assert.Equal((lines.Count + 3) * TransferFile.Length, bare.Length);
            foreach (var file in new[] { content, bare, [.. content, 0x1A] })
            {
                var read = TransferFile.Read(file);
                Assert.Equal((kind, From, "1225"), (read.Kind, read.From, read.PayOn));
                Assert.Equal(lines, read.Lines);
            }
        }
    }

    [Theory]
    [InlineData(122 + 89, '7', ZenginFault.Total)]
    [InlineData(366 + 6, '3', ZenginFault.Count)]
    [InlineData(366, '2', ZenginFault.Order)]
    [InlineData(0, '2', ZenginFault.Order)]
    [InlineData(1, '9', ZenginFault.NotThisKind)]
    public void File_ThatWasAltered_IsRefused(int at, char letter, ZenginFault fault)
    {
        var content = TransferFile.Write(TransferKind.Salary, From, PayDay, [new TransferLine(Doctor, 345_678, "101"), new TransferLine(Driver, 12_000, "0")]);

        content[at] = (byte)letter;

        Assert.Equal(fault, Assert.Throws<ZenginException>(() => TransferFile.Read(content)).Fault);
    }

    [Fact]
    public void NothingForSomebody_OrNobody_IsNotWritten()
    {
        Assert.Throws<ArgumentException>(() => TransferFile.Write(TransferKind.Salary, From, PayDay, []));
        Assert.Throws<ArgumentException>(() => TransferFile.Write(TransferKind.Salary, From, PayDay, [new TransferLine(Doctor, 0, "0")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TransferFile.Write(TransferKind.Salary, From, PayDay, [new TransferLine(Doctor, 10_000_000_000, "0")]));
    }

    private static string Blank(int letters) => new(' ', letters);

    private static PayeeAccount AnAccount(Random random) => new(
        Digits(random, 4), Name(random, 15), Digits(random, 3), Name(random, 15), random.Next(2) == 0 ? "1" : "2", Digits(random, 7), Name(random, 30));

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));

    private static string Name(Random random, int most) => new string([.. Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Kana[random.Next(Kana.Length)])]).TrimEnd() is { Length: > 0 } name ? name : "ｱ";
}
