namespace ClinicPortal.Modules.Billing.Zengin;

/// <param name="InquiryNumber">照会番号 of the bank.</param>
/// <param name="PayerCode">振込依頼人コード, ten digits.</param>
/// <param name="Payer">振込依頼人名 in half-width kana.</param>
/// <param name="Edi">EDI情報.</param>
/// <param name="IsCancelled">取消区分: the transfer was taken back.</param>
public sealed record IncomingTransfer(
    string InquiryNumber, DateOnly BookedOn, DateOnly ValueDate, long AmountYen, string PayerCode, string Payer, string Bank, string Branch, bool IsCancelled, string Edi);

/// <summary>The transfers to one account.</summary>
public sealed record IncomingAccount(
    DateOnly CreatedOn, DateOnly From, DateOnly Until, string BankCode, string BankName, string BranchCode, string BranchName, string AccountKind, string AccountNumber,
    string Holder, IReadOnlyList<IncomingTransfer> Transfers);

/// <summary>
/// 振込入金通知 (種別コード 01): records of 200 bytes, 1 header, 2 data, 8 trailer for each account, 9 at the end. Dates are in the Japanese calendar, YYMMDD.
/// </summary>
/// <remarks>全国銀行協会 レコード・フォーマット「振込入金通知」, as banks publish it.</remarks>
public static class IncomingTransfers
{
    public const int Length = 200;

    private const string KindCode = "01";

    /// <param name="near">About when the file was made; it settles the era of its dates.</param>
    /// <exception cref="ZenginException">It is not such a file, or its totals are not those of its records.</exception>
    public static IReadOnlyList<IncomingAccount> Read(ReadOnlySpan<byte> content, DateOnly near)
    {
        var records = ZenginFile.Records(content, Length);
        var accounts = new List<IncomingAccount>();
        var (at, ended) = (0, false);
        while (at < records.Count)
        {
            var reader = new RecordReader(records[at], at + 1);
            if (ended)
            {
                throw new ZenginException(at + 1, ZenginFault.Order);
            }
            if (reader.Kind == '9' && accounts.Count > 0)
            {
                var count = reader.Skip(1).N(10);
                // Some banks leave it blank.
                if (count != 0 && count != records.Count)
                {
                    throw new ZenginException(at + 1, ZenginFault.Count);
                }
                (ended, at) = (true, at + 1);
                continue;
            }
            accounts.Add(ReadAccount(records, ref at, near));
        }
        return ended ? accounts : throw new ZenginException(records.Count, ZenginFault.Order);
    }

    private static IncomingAccount ReadAccount(IReadOnlyList<string> records, ref int at, DateOnly near)
    {
        var header = ZenginFile.Expect(records, at++, '1');
        header.Skip(1);
        if (header.Code(2) != KindCode)
        {
            throw new ZenginException(header.Line, ZenginFault.NotThisKind);
        }
        header.Skip(1);
        var account = new IncomingAccount(
            header.Date(near), header.Date(near), header.Date(near), header.Code(4), header.C(15), header.Code(3), header.C(15), header.Code(1), header.Code(7), header.C(40), []);
        var transfers = new List<IncomingTransfer>();
        while (at < records.Count && records[at][0] == '2')
        {
            transfers.Add(ReadTransfer(new RecordReader(records[at], ++at).Skip(1), near));
        }
        var trailer = ZenginFile.Expect(records, at++, '8').Skip(1);
        Check(trailer, transfers.Where(t => !t.IsCancelled).ToList());
        Check(trailer, transfers.Where(t => t.IsCancelled).ToList());
        return account with { Transfers = transfers };
    }

    private static IncomingTransfer ReadTransfer(RecordReader record, DateOnly near)
    {
        var (inquiry, booked, value, yen) = (record.Code(6), record.Date(near), record.Date(near), record.N(10));
        record.Skip(10);
        return new IncomingTransfer(
            inquiry, booked, value, yen, record.C(10).Trim(), record.C(48), record.C(15), record.C(15), record.Code(1) == "1", record.C(20));
    }

    private static void Check(RecordReader trailer, List<IncomingTransfer> transfers)
    {
        if (trailer.N(6) != transfers.Count)
        {
            throw new ZenginException(trailer.Line, ZenginFault.Count);
        }
        if (trailer.N(12) != transfers.Sum(t => t.AmountYen))
        {
            throw new ZenginException(trailer.Line, ZenginFault.Total);
        }
    }

    /// <summary>Such a file, as a bank would make it.</summary>
    public static byte[] Write(IReadOnlyList<IncomingAccount> accounts)
    {
        var records = new List<string>();
        foreach (var account in accounts)
        {
            records.Add(new RecordWriter(Length).N(1, 1).N(KindCode, 2).N(0, 1).N(EraDate.Write(account.CreatedOn), 6).N(EraDate.Write(account.From), 6)
                .N(EraDate.Write(account.Until), 6).N(account.BankCode, 4).C(account.BankName, 15).N(account.BranchCode, 3).C(account.BranchName, 15)
                .N(account.AccountKind, 1).N(account.AccountNumber, 7).C(account.Holder, 40).C("", 93).End());
            records.AddRange(account.Transfers.Select(t => new RecordWriter(Length).N(2, 1).N(t.InquiryNumber, 6).N(EraDate.Write(t.BookedOn), 6)
                .N(EraDate.Write(t.ValueDate), 6).N(t.AmountYen, 10).N(0, 10).C(t.PayerCode, 10).C(t.Payer, 48).C(t.Bank, 15).C(t.Branch, 15)
                .C(t.IsCancelled ? "1" : "", 1).C(t.Edi, 20).C("", 52).End()));
            var (kept, cancelled) = (account.Transfers.Where(t => !t.IsCancelled).ToList(), account.Transfers.Where(t => t.IsCancelled).ToList());
            records.Add(new RecordWriter(Length).N(8, 1).N(kept.Count, 6).N(kept.Sum(t => t.AmountYen), 12).N(cancelled.Count, 6)
                .N(cancelled.Sum(t => t.AmountYen), 12).C("", 163).End());
        }
        records.Add(new RecordWriter(Length).N(9, 1).N(records.Count + 1, 10).N(accounts.Count, 5).C("", 184).End());
        return ZenginFile.Write(records);
    }
}
