using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Modules.Billing.Zengin;

/// <param name="CustomerNumber">顧客番号, 20 digits.</param>
/// <param name="IsNew">新規コード 1: the first time.</param>
/// <param name="Result">振替結果コード; 0 in a request.</param>
public sealed record DebitLine(DebitAccount Account, long AmountYen, bool IsNew, string CustomerNumber, char Result)
{
    public bool IsDone => Result == '0';
}

/// <summary>預金口座振替 (種別コード 91): records of 120 bytes, the same for the request and, with results filled in, for the bank's answer.</summary>
/// <remarks>
/// 全国銀行協会 レコード・フォーマット「預金口座振替」. Results: 0 振替済, 1 資金不足, 2 預金取引なし, 3 預金者の都合による停止, 4 預金口座振替依頼書なし, 8 委託者の都合による停止,
/// 9 その他.
/// </remarks>
public static class DebitFile
{
    public const int Length = 120;

    private const string KindCode = "91";

    /// <param name="answered">The bank's answer: the trailer says what was debited and what was not.</param>
    public static byte[] Write(DebtorAccount debtor, DateOnly debitOn, IReadOnlyList<DebitLine> lines, bool answered = false)
    {
        var records = new List<string>
        {
            new RecordWriter(Length).N(1, 1).N(KindCode, 2).N(0, 1).N(debtor.Code, 10).C(debtor.Name, 40).N(debitOn.ToString("MMdd", CultureInfo.InvariantCulture), 4)
                .N(debtor.BankCode, 4).C(debtor.BankName, 15).N(debtor.BranchCode, 3).C(debtor.BranchName, 15).N(debtor.AccountKind, 1).N(debtor.AccountNumber, 7).C("", 17).End(),
        };
        records.AddRange(lines.Select(line => new RecordWriter(Length).N(2, 1).N(line.Account.BankCode, 4).C(line.Account.BankName, 15).N(line.Account.BranchCode, 3)
            .C(line.Account.BranchName, 15).C("", 4).N(line.Account.Kind, 1).N(line.Account.Number, 7).C(line.Account.Holder, 30).N(line.AmountYen, 10)
            .N(line.IsNew ? 1 : 0, 1).N(line.CustomerNumber, 20).N($"{line.Result}", 1).C("", 8).End()));
        var (done, not) = answered ? (lines.Where(l => l.IsDone).ToList(), lines.Where(l => !l.IsDone).ToList()) : ([], []);
        records.Add(new RecordWriter(Length).N(8, 1).N(lines.Count, 6).N(lines.Sum(l => l.AmountYen), 12).N(done.Count, 6).N(done.Sum(l => l.AmountYen), 12)
            .N(not.Count, 6).N(not.Sum(l => l.AmountYen), 12).C("", 65).End());
        records.Add(new RecordWriter(Length).N(9, 1).C("", 119).End());
        return ZenginFile.Write(records);
    }

    /// <exception cref="ZenginException">It is not such a file, or its totals are not those of its records.</exception>
    public static (string DebtorCode, string DebitDay, IReadOnlyList<DebitLine> Lines) Read(ReadOnlySpan<byte> content)
    {
        var records = ZenginFile.Records(content, Length);
        var header = ZenginFile.Expect(records, 0, '1').Skip(1);
        if (header.Code(2) != KindCode)
        {
            throw new ZenginException(1, ZenginFault.NotThisKind);
        }
        var (code, day) = (header.Skip(1).Code(10), header.Skip(40).Code(4));
        var lines = new List<DebitLine>();
        var at = 1;
        for (; at < records.Count && records[at][0] == '2'; at++)
        {
            lines.Add(ReadLine(new RecordReader(records[at], at + 1).Skip(1)));
        }
        var trailer = ZenginFile.Expect(records, at, '8').Skip(1);
        Check(trailer, lines);
        // A request has not been answered: zeros stand where the results will be.
        var (doneCount, doneYen, notCount, notYen) = (trailer.N(6), trailer.N(12), trailer.N(6), trailer.N(12));
        if (doneCount + notCount > 0)
        {
            var (done, not) = (lines.Where(l => l.IsDone).ToList(), lines.Where(l => !l.IsDone).ToList());
            if (doneCount != done.Count || notCount != not.Count)
            {
                throw new ZenginException(at + 1, ZenginFault.Count);
            }
            if (doneYen != done.Sum(l => l.AmountYen) || notYen != not.Sum(l => l.AmountYen))
            {
                throw new ZenginException(at + 1, ZenginFault.Total);
            }
        }
        ZenginFile.Expect(records, at + 1, '9');
        return records.Count == at + 2 ? (code, day, lines) : throw new ZenginException(at + 3, ZenginFault.Order);
    }

    private static DebitLine ReadLine(RecordReader record)
    {
        var (bank, bankName, branch, branchName) = (record.Code(4), record.C(15), record.Code(3), record.C(15));
        record.Skip(4);
        var account = new DebitAccount(bank, bankName, branch, branchName, record.Code(1), record.Code(7), record.C(30));
        return new DebitLine(account, record.N(10), record.Code(1) == "1", record.Code(20), record.Code(1)[0]);
    }

    private static void Check(RecordReader trailer, List<DebitLine> lines)
    {
        if (trailer.N(6) != lines.Count)
        {
            throw new ZenginException(trailer.Line, ZenginFault.Count);
        }
        if (trailer.N(12) != lines.Sum(l => l.AmountYen))
        {
            throw new ZenginException(trailer.Line, ZenginFault.Total);
        }
    }
}
