using System.Globalization;
using System.Text;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.ExportInvoices;

/// <summary>Accounting packages whose import formats are written.</summary>
public enum AccountingFormat
{
    /// <summary>弥生会計「弥生インポート形式」, 25 columns (support.yayoi-kk.co.jp, 仕訳データの項目と記述形式).</summary>
    Yayoi,

    /// <summary>freee会計「取引インポート」 (support.freee.co.jp, 取引・口座振替のインポート).</summary>
    Freee,

    /// <summary>マネーフォワード クラウド会計「仕訳帳インポート」, columns A to AA (biz.moneyforward.com, 仕訳帳のインポート).</summary>
    MoneyForward,
}

/// <summary>A sale, or what takes one back: 売掛金 against 売上高 of one tax category. Integer yen, including tax.</summary>
/// <param name="GrossYen">Negative where it takes back.</param>
/// <param name="IsReturn">売上返還 of a return invoice, not the reversal of a mistake.</param>
internal sealed record SalesEntry(DateOnly On, string Number, string Clinic, DateOnly? DueOn, TaxCategory Category, long GrossYen, long TaxYen, string Text, bool IsReturn);

/// <summary>Sales as the packages read them. Names of accounts are those that the packages bring along.</summary>
internal static class AccountingCsv
{
    private const string Receivable = "売掛金";
    private const string Sales = "売上高";
    private const string Outside = "対象外";

    private static readonly string[] FreeeHead =
    [
        "収支区分", "管理番号", "発生日", "決済期日", "取引先コード", "取引先", "勘定科目", "税区分", "金額", "税計算区分", "税額", "備考", "品目", "部門",
        "メモタグ(複数指定可、カンマ区切り)", "セグメント1", "セグメント2", "セグメント3", "決済日", "決済口座", "決済金額",
    ];

    private static readonly string[] MoneyForwardHead =
    [
        "取引No", "取引日", "借方勘定科目", "借方補助科目", "借方部門", "借方取引先", "借方税区分", "借方インボイス", "借方金額(円)", "借方税額",
        "貸方勘定科目", "貸方補助科目", "貸方部門", "貸方取引先", "貸方税区分", "貸方インボイス", "貸方金額(円)", "貸方税額",
        "摘要", "仕訳メモ", "タグ", "MF仕訳タイプ", "決算整理仕訳", "作成日時", "作成者", "最終更新日時", "最終更新者",
    ];

    /// <summary>The entries of a document: as it was issued; for a corrected one, its original is taken back the same day.</summary>
    public static IEnumerable<SalesEntry> Of(Invoice invoice, Invoice? original)
    {
        var isReturn = invoice.Kind == InvoiceKind.ReturnInvoice;
        foreach (var entry in Amounts(invoice, 1).Select(a => Entry(a, invoice.IssuedOn!.Value, isReturn ? "適格返還請求書" : "請求書", isReturn)))
        {
            yield return entry;
        }
        if (invoice.Kind == InvoiceKind.CorrectedInvoice && original is not null)
        {
            foreach (var amount in Amounts(original, -1))
            {
                yield return Entry(amount, invoice.IssuedOn!.Value, $"{original.Number} の取消(修正)", false);
            }
        }
        if (invoice.VoidedAt is { } voided)
        {
            foreach (var amount in Amounts(invoice, -1))
            {
                yield return Entry(amount, DateOnly.FromDateTime(voided.ToOffset(TimeSpan.FromHours(9)).DateTime), "請求書の取消", isReturn);
            }
        }

        SalesEntry Entry((TaxCategory Category, long Gross, long Tax) amount, DateOnly on, string what, bool back) => new(
            on, invoice.Number!, invoice.ClinicName, invoice.DueOn, amount.Category, amount.Gross, amount.Tax, $"{what} {invoice.Number} {invoice.ClinicName}", back);
    }

    public static byte[] Write(AccountingFormat format, IReadOnlyList<SalesEntry> entries) => format switch
    {
        AccountingFormat.Yayoi => WindowsJapanese(entries.Select(Yayoi)),
        AccountingFormat.Freee => CsvText.File([FreeeHead, .. entries.Select(Freee)]),
        _ => CsvText.File([MoneyForwardHead, .. entries.Select((entry, index) => MoneyForward(entry, index + 1))]),
    };

    private static IEnumerable<(TaxCategory Category, long Gross, long Tax)> Amounts(Invoice i, int sign) => new (TaxCategory Category, long Gross, long Tax)[]
    {
        (TaxCategory.Taxable10, sign * (i.Net10Yen + i.Tax10Yen), sign * i.Tax10Yen), (TaxCategory.Reduced8, sign * (i.Net8Yen + i.Tax8Yen), sign * i.Tax8Yen),
        (TaxCategory.Exempt, sign * i.ExemptYen, 0), (TaxCategory.OutsideScope, sign * i.OutsideScopeYen, 0),
    }.Where(amount => amount.Gross != 0);

    /// <summary>Amounts are never negative there: what takes back stands on the other side.</summary>
    private static string[] Yayoi(SalesEntry entry)
    {
        var tax = entry.Category switch
        {
            TaxCategory.Taxable10 => entry.IsReturn ? "課税売返込10%" : "課税売上込10%",
            TaxCategory.Reduced8 => entry.IsReturn ? "課税売返込軽減8%" : "課税売上込軽減8%",
            TaxCategory.Exempt => entry.IsReturn ? "非課税売返" : "非課税売上",
            _ => Outside,
        };
        var (yen, taxYen) = (Text(Math.Abs(entry.GrossYen)), Text(Math.Abs(entry.TaxYen)));
        string[] receivable = [Receivable, entry.Clinic, "", Outside, yen, "0"];
        string[] sales = [Sales, "", "", tax, yen, taxYen];
        return
        [
            "2000", "", "", Day(entry.On), .. entry.GrossYen < 0 ? sales : receivable, .. entry.GrossYen < 0 ? receivable : sales,
            entry.Text, "", "", "0", "", "", "0", "0", "no",
        ];
    }

    /// <summary>An income that is still to be paid; what takes back is a negative one.</summary>
    private static string[] Freee(SalesEntry entry) =>
    [
        "収入", entry.Number, Day(entry.On), entry.DueOn is { } due ? Day(due) : "", "", entry.Clinic, Sales,
        entry.Category switch
        {
            TaxCategory.Taxable10 => entry.IsReturn ? "課税売返10%" : "課税売上10%",
            TaxCategory.Reduced8 => entry.IsReturn ? "課税売返8%(軽)" : "課税売上8%(軽)",
            TaxCategory.Exempt => "非課売上",
            _ => Outside,
        },
        Text(entry.GrossYen), "税込", Text(entry.TaxYen), entry.Text, "", "", "", "", "", "", "", "", "",
    ];

    private static string[] MoneyForward(SalesEntry entry, int number)
    {
        var tax = entry.Category switch
        {
            TaxCategory.Taxable10 => entry.IsReturn ? "課税売上-返還等 10%" : "課税売上 10%",
            TaxCategory.Reduced8 => entry.IsReturn ? "課税売上-返還等 (軽)8%" : "課税売上 (軽)8%",
            TaxCategory.Exempt => entry.IsReturn ? "非課税売上-返還等" : "非課税売上",
            _ => Outside,
        };
        var (yen, taxYen) = (Text(Math.Abs(entry.GrossYen)), Text(Math.Abs(entry.TaxYen)));
        string[] receivable = [Receivable, "", "", entry.Clinic, Outside, "", yen, "0"];
        string[] sales = [Sales, "", "", entry.Clinic, tax, "", yen, taxYen];
        return
        [
            Text(number), Day(entry.On), .. entry.GrossYen < 0 ? sales : receivable, .. entry.GrossYen < 0 ? receivable : sales,
            entry.Text, "", "", "", "", "", "", "", "",
        ];
    }

    private static byte[] WindowsJapanese(IEnumerable<string[]> rows) =>
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback)!
            .GetBytes(string.Concat(rows.Select(row => CsvText.Line(row) + "\r\n")));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Day(DateOnly date) => date.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
}
