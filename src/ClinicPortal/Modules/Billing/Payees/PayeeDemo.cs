using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.Modules.Billing.Payees;

/// <summary>How a demonstration's doctors and drivers are paid: doctors by contract, drivers as employees, to invented accounts; the last one's is not known yet.</summary>
internal sealed class PayeeDemo(DemoSeeding seeding, TimeProvider clock) : IDemoSeed
{
    /// <summary>After the rota, which says who there is.</summary>
    public int Order => 55;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) => seeding.ForEachTenantAsync(folder, AddAsync, cancellationToken);

    private async Task AddAsync(IServiceProvider services, TenantDefinition definition, TenantId tenant, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<BillingContext>();
        if (await db.Payees.AnyAsync(cancellationToken))
        {
            return;
        }
        var now = clock.GetUtcNow();
        var secretary = CurrentUser.Portal with { Name = "事務局" };
        var people = await services.GetRequiredService<IDutyPeople>().EndingAfterAsync(now, cancellationToken);
        foreach (var (index, person) in people.DistinctBy(one => one.Id).Index())
        {
            var isDoctor = person.Role == DutyRole.Doctor;
            var payee = Payee.For(tenant.Value, person.Id.Value, person.Name);
            payee.Write(
                isDoctor ? new PayeeEngagement(PayKind.Contract, null, null, null) : new PayeeEngagement(null, PayKind.Salary, null, (index + 101).ToString(CultureInfo.InvariantCulture)),
                index == people.Count - 1 ? null : new PayeeAccount(
                    "0001", "ﾐﾎﾝ", "101", "ﾋﾗｲ", "1", (1_234_500 + index).ToString(CultureInfo.InvariantCulture), isDoctor ? $"ｲｼ {index + 1}" : $"ｳﾝﾃﾝｼﾕ {index + 1}"),
                secretary, now);
            db.Payees.Add(payee);
        }
        await db.SaveChangesAsync(cancellationToken);
    }
}
