using System.Globalization;
using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Modules.Billing.DebitAccounts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Modules.Billing.PayInvoices;
using ClinicPortal.Modules.Billing.SettlePayments;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>Money as it comes: by the bank's file and a person who settles it, by card on Stripe's page, by direct debit.</summary>
internal sealed class YearMoney(YearPortal portal, YearPlan plan)
{
    private readonly string association = plan.Association;
    private readonly Guid tenant = StableId.Of("tenant", plan.Association);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(portal.Clock.Now.AddHours(9).DateTime);

    public async Task FollowAsync(Happening happening)
    {
        if (happening is Debited debited)
        {
            await DebitAsync(debited);
        }
        else if (happening is Paid paid && await portal.StandingAsync(association, paid.Clinic, paid.Month) is var (id, open) && open > 0 && YearSheet.Comes(paid.How, open) is > 0 and var yen)
        {
            await (paid.How == PayHow.Card ? CardAsync(paid.Clinic, id) : TransferAsync(paid, id, yen));
        }
        await portal.WorkAsync();
    }

    private async Task TransferAsync(Paid paid, Guid invoice, long yen)
    {
        // No two files are the same: each has its own inquiry number.
        var content = IncomingTransfers.Write(
        [
            new IncomingAccount(Today, Today, Today, "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321", "ﾈﾝｼﾞｲｼｶｲ",
                [new IncomingTransfer(string.Create(CultureInfo.InvariantCulture, $"{(paid.Month.Month * 40) + paid.Clinic:000000}"), Today, Today, yen, "", $"ｸﾘﾆﾂｸ{paid.Clinic:00}", "ﾐｽﾞﾎ", "ｾﾀｶﾞﾔ", false, "")]),
        ]);
        var file = YearPortal.Expect(await portal.ActAsync(association, services => services.GetRequiredService<ImportTransfersHandler>().HandleAsync(Upload(content), Cancellation)));
        var payment = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.bank_receipt WHERE file_id = $1", file.Value);
        await portal.ActAsync(association, async services => YearPortal.Expect(await services.GetRequiredService<SettlePayment>().HandleAsync(
            payment, new SettleInput(YearPortal.ClinicId(association, paid.Clinic), [invoice], paid.How == PayHow.LessFee), Cancellation)));
    }

    private async Task CardAsync(int clinic, Guid invoice)
    {
        await using (var scope = portal.Node.Services.CreateAsyncScope())
        {
            var user = new CurrentUser(Guid.NewGuid(), "会計", Roles.ClinicStaff, OrganisationKind.MemberClinic, YearPortal.ClinicId(association, clinic), null, tenant);
            var session = await scope.ServiceProvider.ActAsync(user, [new TenantId(tenant)], Cancellation);
            YearPortal.Expect(await scope.ServiceProvider.GetRequiredService<PayInvoicesHandler>().HandleAsync([invoice], PayBy.CardPage, Cancellation));
            await session.CommitAsync(Cancellation);
        }
        await portal.WorkAsync();
        var before = portal.Stripe.Account.Events.Count;
        var checkout = await portal.Database.ReadAsync<string>("""SELECT checkout_id FROM billing.payment WHERE "for" = ARRAY[$1] AND status = 'NeedsAction'""", invoice);
        portal.Stripe.Account.Control(["checkout", checkout, "pay"]);
        foreach (var news in portal.Stripe.Account.Events.Skip(before).ToList())
        {
            var (body, signed) = StripeDouble.Sign(news, portal.Clock.Now);
            using var http = portal.Node.Client($"{association}.localhost");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/gateway-events") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signed);
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private async Task DebitAsync(Debited debited)
    {
        foreach (var clinic in Enumerable.Range(1, plan.Clinics).Where(plan.IsDebited))
        {
            await portal.ActAsync(association, async services => YearPortal.Expect(await services.GetRequiredService<DebitAccountsHandler>().ArrangeAsync(
                YearPortal.ClinicId(association, clinic), new DebitAccountInput(false, "0005", "ミツビシUFJ", "123", "セタガヤ", "1", $"{1_000_000 + clinic}", "イリョウホウジン", null), Cancellation)));
        }
        var written = await portal.ActAsync(association, services => services.GetRequiredService<DebitAccountsHandler>().WriteAsync(Today.AddDays(1), Cancellation));
        if (!written.Succeeded)
        {
            Assert.Equal("debit.nothing", written.Errors[0].Code);
            return;
        }
        byte[] request = [];
        await portal.ActAsync(association, async services =>
        {
            request = (await services.GetRequiredService<DebitAccountsHandler>().DownloadAsync(written.Value, Cancellation))!.Value.Content;
            return written.Value;
        });
        var refused = debited.Refused is { } number ? $"{1_000_000 + number}" : "";
        var (_, _, lines) = DebitFile.Read(request);
        var debtor = new DebtorAccount("0123456789", "ﾈﾝｼﾞｲｼｶｲ", "0009", "ﾐﾂｲｽﾐﾄﾓ", "936", "ｷﾖｳﾄﾞｳ", "1", "7654321");
        var answer = DebitFile.Write(debtor, Today.AddDays(1), [.. lines.Select(l => l with { Result = l.Account.Number == refused ? '1' : '0' })], answered: true);
        await portal.ActAsync(association, async services => YearPortal.Expect(await services.GetRequiredService<DebitAccountsHandler>().AnswerAsync(Upload(answer), Cancellation)));
    }

    private static FormFile Upload(byte[] content) => new(new MemoryStream(content), 0, content.Length, "file", "bank.txt");
}
