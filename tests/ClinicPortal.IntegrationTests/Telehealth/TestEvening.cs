using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>An association's evening by video: people who book, and what follows.</summary>
internal sealed class TestEvening(PortalNode node, PortalTestDatabase database, string association = "setagaya")
{
    /// <summary>Monday 23 November 2026, 18:00 in Tokyo: the first time of the clinics' doctors after the test night.</summary>
    public static readonly DateTimeOffset Monday18 = new(2026, 11, 23, 18, 0, 0, TimeSpan.FromHours(9));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Guid Tenant => StableId.Of("tenant", association);

    public string Host => $"{association}.localhost";

    public CurrentUser Clinic(int number = 1) => new(
        StableId.Of(association, $"clinic{number}.doctor"), "院長", Roles.ClinicDoctor, OrganisationKind.MemberClinic, StableId.Of(association, $"clinic{number}"),
        StableId.Of("test-session", $"clinic{number}"), Tenant);

    public CurrentUser NightDoctor => new(
        StableId.Of(association, "doctor1"), "当直医", Roles.NightDoctor, OrganisationKind.Desk, StableId.Of("desk", "desk"), StableId.Of("test-session", "night"), null);

    public Guid Doctor(string key = "clinic1.doctor") => StableId.Of(association, key, "practitioner");

    public Task<Guid> PatientAsync(int clinic = 1, int number = 0) => database.ReadAsync<Guid>(
        $"SELECT id FROM patients.patient WHERE tenant_id = $1 AND primary_clinic_id = $2 ORDER BY chart_number OFFSET {number} LIMIT 1", Tenant, StableId.Of(association, $"clinic{clinic}"));

    public Task<IReadOnlyList<Guid>> PatientsAsync(int clinic = 1) => database.ReadAllAsync<Guid>(
        "SELECT id FROM patients.patient WHERE tenant_id = $1 AND primary_clinic_id = $2 ORDER BY chart_number", Tenant, StableId.Of(association, $"clinic{clinic}"));

    public static BookAppointmentInput Wish(
        Guid patient, Guid practitioner, DateTimeOffset at, string service = "followUp", string? phone = "090-1234-5678", string? email = null) =>
        new(patient, practitioner, service, at, "咳が続く", phone, email);

    public Task<Result<Appointment>> BookAsync(CurrentUser user, BookAppointmentInput input) =>
        RunAsync(user, services => services.GetRequiredService<BookAppointmentHandler>().HandleAsync(input, Cancellation));

    /// <summary>A use case as the edge runs it: committed when it succeeded.</summary>
    public async Task<Result<T>> RunAsync<T>(CurrentUser user, Func<IServiceProvider, Task<Result<T>>> useCase)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(user, [new TenantId(Tenant)], Cancellation);
        var result = await useCase(scope.ServiceProvider);
        if (result.Succeeded)
        {
            await session.CommitAsync(Cancellation);
        }
        return result;
    }

    public async Task<T> ReadAsync<T>(CurrentUser user, Func<IServiceProvider, Task<T>> query)
    {
        await using var scope = node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(user, [new TenantId(Tenant)], Cancellation);
        return await query(scope.ServiceProvider);
    }

    /// <summary>Does what is due of this module, and what follows from it.</summary>
    public async Task DoWorkAsync(TimeProvider clock)
    {
        var runner = node.Services.GetRequiredService<WorkRunner>();
        while (await database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= $1 AND kind LIKE 'telehealth.%')", clock.GetUtcNow()))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }

    public Task<string> StatusAsync(Guid appointment) => database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE id = $1", appointment);

    /// <summary>A browser in which a link was opened, as the messages brought it and its code.</summary>
    public async Task<Browser> OpenLinkAsync(string linkText, string codeText, DateOnly born)
    {
        var path = SentMails.LinkIn(linkText).AbsolutePath;
        var code = Regex.Match(codeText, "[0-9]{3} [0-9]{3}").Value;
        var family = new Browser(node);
        var opened = await family.PostAsync(await family.GetAsync(node.Url(path, Host)), path, ("birthDate", $"{born:yyyy-MM-dd}"), ("code", code));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
        return family;
    }

    /// <summary>When the free times of a doctor begin that a page offers.</summary>
    public static List<string> Slots(BrowserPage page, Guid doctor) =>
        [.. page.Document.QuerySelectorAll("input[name=slot]").Select(i => i.GetAttribute("value")!).Where(v => v.StartsWith($"{doctor:N}@", StringComparison.Ordinal)).Select(v => v[33..])];

    /// <param name="at">In UTC, such as 202611230900.</param>
    public static string SlotOf(BrowserPage page, Guid doctor, string at)
    {
        Assert.Contains(at, Slots(page, doctor));
        var value = $"{doctor:N}@{at}";
        Assert.Equal((doctor, TimeSpan.Zero), (SlotValue.Read(value).Practitioner, SlotValue.Read(value).StartsAt!.Value.Offset));
        return value;
    }
}
