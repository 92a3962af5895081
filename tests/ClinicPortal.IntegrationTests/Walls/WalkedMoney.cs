using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>What an association's first clinic owes and has paid, and a file to the bank.</summary>
internal static class WalkedMoney
{
    public static async Task PlayAsync(PortalNode node, string association)
    {
        var (tenant, clinic, now) = (StableId.Of("tenant", association), StableId.Of(association, "clinic1"), NightClock.Start.ToUniversalTime());
        var day = DateOnly.FromDateTime(NightClock.Start.DateTime);
        await using var scope = node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenant)], CancellationToken.None);
        var db = scope.ServiceProvider.GetRequiredService<BillingContext>();
        var receivable = Receivable.Of(tenant, Guid.CreateVersion7(now), clinic, "見本医院", "SG-2026-90001", day.AddMonths(-1), day, 110_000, 10_000);
        var payment = Payment.Arrived(tenant, Guid.CreateVersion7(now), PaymentChannel.BankTransfer, 50_000, day, "ﾐﾎﾝ", "事務局", now);
        payment.Assign(clinic, "見本医院");
        db.AddRange(
            receivable, receivable.BookIssue(now), payment, payment.BookReceipt(now),
            new BankFile(tenant, Guid.CreateVersion7(now), BankFileKind.DebitRequest, "koufuri.txt", tenant.ToByteArray(), 0, 0, day, "9\n", "事務局", now));
        await db.SaveChangesAsync();
        await session.CommitAsync(CancellationToken.None);
    }
}
