using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Zengin;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>Money that comes by the banks' files.</summary>
public sealed class BankTests(PaymentsFixture portal) : IClassFixture<PaymentsFixture>
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    [Fact]
    public async Task Transfer_WithTheClinicsNumber_IsSuggested_ConfirmedByAPerson_AndKnownTheNextTime()
    {
        var (old, young) = (await portal.InvoiceAsync(1, 30_000, -5), await portal.InvoiceAsync(1, 25_000, 10));
        using var clinic = await portal.SignInAsync("clinic1.doctor@setagaya.example");
        var reference = (await portal.OpenAsync(clinic, "/pay")).Document.QuerySelectorAll("dl.facts strong")[0].TextContent;
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");

        var file = File(("ﾔﾏﾀﾞ ﾊﾅｺ", 54_340, reference));
        var before = await portal.BalanceAsync(LedgerAccount.Suspense);
        Assert.Equal(HttpStatusCode.SeeOther, (await portal.UploadAsync(secretariat, "/payments", "/payments/import", file)).Status);
        var payment = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_receipt WHERE amount_yen = 54340");
        Assert.Equal(before - 54_340, await portal.BalanceAsync(LedgerAccount.Suspense));
        var page = await portal.OpenAsync(secretariat, $"/payments/{payment}");
        Assert.Contains("お客様番号の記載あり", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var settled = await portal.PostAsync(
            secretariat, page, $"/payments/{payment}/settle", ("clinic", $"{portal.Clinic(1)}"), ("invoices", $"{young}"), ("invoices", $"{old}"), ("fee", "true"));

        Assert.Equal(HttpStatusCode.SeeOther, settled.Status);
        Assert.Equal(before, await portal.BalanceAsync(LedgerAccount.Suspense));
        Assert.Equal(660, await portal.BalanceAsync(LedgerAccount.Fees));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(1)));
        // The oldest is paid first, and the fee is missing from the youngest.
        Assert.Equal([30_000, 24_340], await portal.Database.ReadAllAsync<long>("SELECT amount_yen FROM billing.allocation a JOIN billing.receivable r ON r.id = a.receivable_id WHERE payment_id = $1 ORDER BY due_on", payment));

        await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(("ﾔﾏﾀﾞﾊﾅｺ", 9_999, "")));
        var next = await portal.OpenAsync(secretariat, $"/payments/{await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_receipt WHERE amount_yen = 9999")}");
        Assert.Contains("以前と同じ振込名義", next.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_IsTakenOnce_AndOneWhoseTotalIsWrongNotAtAll()
    {
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var file = File(("ﾆｶｲ", 4_321, ""), ("ﾍﾞﾂ", 1_234, ""));

        Assert.Equal(HttpStatusCode.SeeOther, (await portal.UploadAsync(secretariat, "/payments", "/payments/import", file)).Status);
        var again = await portal.UploadAsync(secretariat, "/payments", "/payments/import", file);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("すでに取り込まれています", again.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        file[^240] ^= 1;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await portal.UploadAsync(secretariat, "/payments", "/payments/import", [.. file[..404], .. file[404..].Select((b, i) => i == 220 ? (byte)'7' : b)])).Status);

        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.payment WHERE amount_yen = 4321"));
    }

    [Fact]
    public async Task Overpayment_StaysWithTheClinic_AndPaysTheNextInvoice()
    {
        var invoice = await portal.InvoiceAsync(2, 10_000);
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(("ｶｼﾞﾖｳ", 17_500, "")));
        var payment = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_receipt WHERE amount_yen = 17500");
        var path = $"/payments/{payment}";
        await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, $"{path}?clinic={portal.Clinic(2)}"), $"{path}/settle", ("clinic", $"{portal.Clinic(2)}"), ("invoices", $"{invoice}"));
        Assert.Equal(-7_500, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(2)));
        using var clinic = await portal.SignInAsync("clinic2.doctor@setagaya.example");
        Assert.Contains("¥7,500", (await portal.OpenAsync(clinic, "/pay")).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var next = await portal.InvoiceAsync(2, 8_000);
        await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, path), $"{path}/settle", ("invoices", $"{next}"));

        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(2)));
        Assert.Equal(500, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(2)));
        var statement = (await portal.OpenAsync(clinic, $"/statements/{portal.Clinic(2)}")).Document.QuerySelector("main")!.TextContent;
        Assert.Contains("残高 ¥500", statement, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await portal.OpenAsync(clinic, $"/statements/{portal.Clinic(2)}/print")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clinic.GetAsync(portal.Node.Url($"/statements/{portal.Clinic(1)}", PaymentsFixture.Host))).Status);
        Assert.Contains("前受金", (await portal.OpenAsync(secretariat, "/journal")).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteOff_NamesWhoAndWhy_AndNeverMoreThanIsOpen()
    {
        var invoice = await portal.InvoiceAsync(6, 5_000);
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var (page, action) = ($"/statements/{portal.Clinic(6)}", $"/receivables/{invoice}/write-off");

        var tooMuch = await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, page), action, ("kind", "BadDebt"), ("amount", "5001"), ("reason", "閉院"));
        var done = await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, page), action, ("kind", "BadDebt"), ("amount", "5,000"), ("reason", "閉院"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.SeeOther), (tooMuch.Status, done.Status));
        Assert.Equal(5_000, await portal.BalanceAsync(LedgerAccount.BadDebts));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(6)));
    }

    [Fact]
    public async Task DirectDebit_GoesOut_AndItsAnswerSettlesWhatWasDebited()
    {
        var (paid, unpaid) = (await portal.InvoiceAsync(3, 40_000, 5), await portal.InvoiceAsync(4, 20_000, 5));
        // Due in the month after the debit: not yet.
        await portal.InvoiceAsync(4, 9_000, 40);
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var settings = await portal.PostAsync(
            secretariat, await portal.OpenAsync(secretariat, "/payment-settings"), "/payment-settings", ("enabled", "true"), ("days", "3, 10"), ("interest", "0"), ("debtorCode", "0123456789"),
            ("debtorName", "セタガヤクイシカイ"), ("bankCode", "0009"), ("bankName", "ミツイスミトモ"), ("branchCode", "936"), ("branchName", "キョウドウ"), ("accountNumber", "7654321"), ("accountKind", "1"));
        Assert.True(settings.Status == HttpStatusCode.SeeOther, settings.Document.QuerySelector("main")?.TextContent);
        foreach (var which in new[] { 3, 4 })
        {
            var path = $"/payers/{portal.Clinic(which)}";
            Assert.Equal(HttpStatusCode.SeeOther, (await portal.PostAsync(
                secretariat, await portal.OpenAsync(secretariat, path), path, ("bankCode", "0005"), ("bankName", "ミツビシUFJ"), ("branchCode", "123"), ("branchName", "セタガヤ"), ("number", "1234567"),
                ("kind", "1"), ("holder", "イリョウホウジンテスト"))).Status);
        }
        Assert.Equal(HttpStatusCode.SeeOther, (await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, "/direct-debits"), "/direct-debits", ("on", "2026-11-27"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await portal.PostAsync(
            secretariat, await portal.OpenAsync(secretariat, "/payments"), "/payments/import")).Status);

        var file = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_file WHERE kind = 'DebitRequest'");
        using var http = portal.Node.Client(PaymentsFixture.Host);
        http.DefaultRequestHeaders.Add("Cookie", secretariat.Cookies(PaymentsFixture.Host));
        var (_, day, lines) = DebitFile.Read(await http.GetByteArrayAsync($"/direct-debits/{file}/file", TestContext.Current.CancellationToken));
        Assert.Equal(("1127", 2, 60_000), (day, lines.Count, lines.Sum(l => l.AmountYen)));
        var debtor = new DebtorAccount("0123456789", "ｾﾀｶﾞﾔｸｲｼｶｲ", "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321");
        var answer = DebitFile.Write(debtor, new DateOnly(2026, 11, 27), [.. lines.Select(l => l with { Result = l.AmountYen == 40_000 ? '0' : '1' })], answered: true);
        Assert.Equal(HttpStatusCode.SeeOther, (await portal.UploadAsync(secretariat, "/direct-debits", "/direct-debits/result", answer)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await portal.UploadAsync(secretariat, "/direct-debits", "/direct-debits/result", answer)).Status);

        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(3)));
        Assert.Equal(29_000, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(4)));
        Assert.Equal("zengin-1", await portal.Database.ReadAsync<string>("""SELECT failure_code FROM billing.payment WHERE $1 = ANY ("for")""", unpaid));
        Assert.Equal("Succeeded", await portal.Database.ReadAsync<string>("""SELECT status FROM billing.payment WHERE $1 = ANY ("for")""", paid));
    }

    [Fact]
    public async Task TransferThatTheBankTakesBackLater_LeavesTheInvoiceOpenAgain()
    {
        var invoice = await portal.InvoiceAsync(7, 8_800);
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(("ﾏﾁｶﾞｲ", 8_800, "")));
        var payment = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_receipt WHERE amount_yen = 8800");
        await portal.PostAsync(
            secretariat, await portal.OpenAsync(secretariat, $"/payments/{payment}?clinic={portal.Clinic(7)}"), $"/payments/{payment}/settle",
            ("clinic", $"{portal.Clinic(7)}"), ("invoices", $"{invoice}"));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(7)));
        var bank = await portal.BalanceAsync(LedgerAccount.Bank);

        var unknown = await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(true, ("ﾀﾞﾚｶ", 8_800, "")));
        var known = await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(true, ("ﾏﾁｶﾞｲ", 8_800, "")));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.SeeOther), (unknown.Status, known.Status));
        Assert.Equal(8_800, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(7)));
        Assert.Equal((bank - 8_800, 0L), (await portal.BalanceAsync(LedgerAccount.Bank), await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(7))));
        // The bank takes a transfer back once.
        var again = await portal.UploadAsync(secretariat, "/payments", "/payments/import", File(true, ("ﾏﾁｶﾞｲ", 8_800, ""), ("ﾏﾁｶﾞｲ", 8_800, "")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
    }

    private static byte[] File(params (string Payer, long Yen, string Reference)[] transfers) => File(false, transfers);

    private static byte[] File(bool cancelled, params (string Payer, long Yen, string Reference)[] transfers) => IncomingTransfers.Write(
    [
        new IncomingAccount(Day, Day, Day, "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321", "ｾﾀｶﾞﾔｸｲｼｶｲ",
            [.. transfers.Select((t, i) => new IncomingTransfer($"{i + 1:000000}", Day, Day, t.Yen, "", $"{t.Reference} {t.Payer}".Trim(), "ﾐｽﾞﾎ", "ｾﾀｶﾞﾔ", cancelled, ""))]),
    ]);
}
