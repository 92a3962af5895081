using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>What an association's first clinic owes and has paid, files to the bank, and a pay sheet.</summary>
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
        var sheet = PaySheet.Begin(tenant, new PaySheetKey(StableId.Of(association, "doctor1"), DutyRole.Doctor, "1310000015"), new DateOnly(2026, 8, 1), now);
        sheet.Name("見本 医師", "見本診療所");
        db.AddRange(sheet, new PayFile(tenant, Guid.CreateVersion7(now), PayKind.Salary, day.AddDays(3), "kyuyo.txt", 1, 100_000, tenant.ToByteArray(), "9\n", "事務局", now));
        await db.SaveChangesAsync();
        await session.CommitAsync(CancellationToken.None);
    }
}
