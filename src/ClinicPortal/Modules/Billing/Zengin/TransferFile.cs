using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Modules.Billing.Zengin;

/// <summary>種別コード of a file of transfers that the association asks its bank for.</summary>
public enum TransferKind
{
    /// <summary>給与振込 (民間).</summary>
    Salary = 11,

    /// <summary>総合振込.</summary>
    General = 21,
}

/// <param name="Number">社員番号 in a salary file, 顧客コード１ in a general one: up to ten digits, 0 where there is none.</param>
/// <param name="IsNew">新規コード 1: the first transfer to this account.</param>
public sealed record TransferLine(PayeeAccount Account, long AmountYen, string Number, bool IsNew = false);

/// <param name="PayOn">As MMDD: the file has no year.</param>
public sealed record Transfers(TransferKind Kind, DebtorAccount From, string PayOn, IReadOnlyList<TransferLine> Lines);

/// <summary>総合振込 (種別コード 21) and 給与振込 (11): records of 120 bytes, 1 header, 2 data, 8 trailer, 9 at the end.</summary>
/// <remarks>
/// 全国銀行協会 レコード・フォーマット「総合振込」「給与振込」, as banks publish it. The two differ in the last fields of the data record: a general transfer says
/// how it is sent (振込指定区分), a salary has 社員番号 and 所属コード and nothing after them.
/// </remarks>
public static class TransferFile
{
    public const int Length = 120;

    public const int NumberLength = 10;

    private const int MostYenDigits = 10;

    /// <summary>電信振込: what every bank does by now, whatever is asked for.</summary>
    private const long ByWire = 7;

    /// <exception cref="ArgumentException">Nobody is paid, or somebody nothing or less: a bank refuses the whole file.</exception>
    public static byte[] Write(TransferKind kind, DebtorAccount from, DateOnly payOn, IReadOnlyList<TransferLine> lines)
    {
        if (lines.Count == 0 || lines.Any(line => line.AmountYen <= 0))
        {
            throw new ArgumentException("Every transfer is of an amount above zero, and there is one at least.", nameof(lines));
        }
        var records = new List<string>
        {
            new RecordWriter(Length).N(1, 1).N((long)kind, 2).N(0, 1).N(from.Code, 10).C(from.Name, 40).N(payOn.ToString("MMdd", CultureInfo.InvariantCulture), 4)
                .N(from.BankCode, 4).C(from.BankName, 15).N(from.BranchCode, 3).C(from.BranchName, 15).N(from.AccountKind, 1).N(from.AccountNumber, 7).C("", 17).End(),
        };
        records.AddRange(lines.Select(line => Data(kind, line)));
        records.Add(new RecordWriter(Length).N(8, 1).N(lines.Count, 6).N(lines.Sum(line => line.AmountYen), 12).C("", 101).End());
        records.Add(new RecordWriter(Length).N(9, 1).C("", 119).End());
        return ZenginFile.Write(records);
    }

    /// <exception cref="ZenginException">It is not such a file, or its totals are not those of its records.</exception>
    public static Transfers Read(ReadOnlySpan<byte> content)
    {
        var records = ZenginFile.Records(content, Length);
        var header = ZenginFile.Expect(records, 0, '1').Skip(1);
        var kind = header.Code(2) switch
        {
            "11" => TransferKind.Salary,
            "21" => TransferKind.General,
            _ => throw new ZenginException(1, ZenginFault.NotThisKind),
        };
        var (code, name, day) = (header.Skip(1).Code(10), header.C(40), header.Code(4));
        var from = new DebtorAccount(code, name, header.Code(4), header.C(15), header.Code(3), header.C(15), header.Code(1), header.Code(7));
        var lines = new List<TransferLine>();
        var at = 1;
        for (; at < records.Count && records[at][0] == '2'; at++)
        {
            lines.Add(ReadLine(new RecordReader(records[at], at + 1).Skip(1)));
        }
        var trailer = ZenginFile.Expect(records, at, '8').Skip(1);
        if (trailer.N(6) != lines.Count)
        {
            throw new ZenginException(trailer.Line, ZenginFault.Count);
        }
        if (trailer.N(12) != lines.Sum(line => line.AmountYen))
        {
            throw new ZenginException(trailer.Line, ZenginFault.Total);
        }
        ZenginFile.Expect(records, at + 1, '9');
        return records.Count == at + 2 ? new Transfers(kind, from, day, lines) : throw new ZenginException(at + 3, ZenginFault.Order);
    }

    private static string Data(TransferKind kind, TransferLine line)
    {
        var record = new RecordWriter(Length).N(2, 1).N(line.Account.BankCode, 4).C(line.Account.BankName, 15).N(line.Account.BranchCode, 3).C(line.Account.BranchName, 15)
            .N(0, 4).N(line.Account.Kind, 1).N(line.Account.Number, 7).C(line.Account.Holder, 30).N(line.AmountYen, MostYenDigits).N(line.IsNew ? 1 : 0, 1)
            .N(line.Number, NumberLength).N(0, NumberLength);
        return (kind == TransferKind.Salary ? record.C("", 9) : record.N(ByWire, 1).C("", 8)).End();
    }

    private static TransferLine ReadLine(RecordReader record)
    {
        var (bank, bankName, branch, branchName) = (record.Code(4), record.C(15), record.Code(3), record.C(15));
        record.Skip(4);
        var account = new PayeeAccount(bank, bankName, branch, branchName, record.Code(1), record.Code(7), record.C(30));
        return new TransferLine(account, record.N(MostYenDigits), IsNew: record.Code(1) == "1", Number: record.Code(NumberLength));
    }
}
