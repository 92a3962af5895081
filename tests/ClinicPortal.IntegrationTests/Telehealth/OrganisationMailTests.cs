using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Who hears of what: the clinic that is asked, the family that asked, the home of the patient.</summary>
public sealed class OrganisationMailTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string ClinicMail = "clinic1.doctor@setagaya.example";
    private const string FacilityMail = "facility1@setagaya.example";

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    private CurrentUser Facility => new(
        StableId.Of("setagaya", "facility1.staff"), "施設職員", Roles.FacilityStaff, OrganisationKind.CareFacility, StableId.Of("setagaya", "facility1"), Guid.NewGuid(), Evening.Tenant);

    private static CurrentUser Visitor => new(Guid.NewGuid(), "visitor link", Roles.Visitor, OrganisationKind.Platform, null, Guid.NewGuid(), null);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task AskedForByAFamily_TheClinicHearsOfIt_ByMailAndOnItsLivePage_WithoutANameOrAReason()
    {
        var patient = await Evening.PatientAsync();
        using var clinic = await Browser.SignInAsync(portal.Node, ClinicMail, Evening.Host);
        Assert.DoesNotContain("申し込みが", await InboxAsync(clinic), StringComparison.Ordinal);

        var asked = await DoneAsync(Evening.BookAsync(Visitor, TestEvening.Wish(patient, Evening.Doctor(), TestEvening.Monday18)));
        await Evening.DoWorkAsync(portal.Clock);

        var mail = Assert.Single(portal.Database.Mails.To(ClinicMail));
        Assert.Single(portal.Database.Mails.To("clinic1@setagaya.example"));
        Assert.Empty(portal.Database.Mails.To("clinic2.doctor@setagaya.example"));
        Assert.Contains("申し込みが届きました", mail.Subject, StringComparison.Ordinal);
        Assert.All([asked.Number, "11月23日(月) 18:00", $"/appointments/{asked.Id}", "is asked for"], word => Assert.Contains(word, mail.Text, StringComparison.Ordinal));
        Assert.All([asked.PatientName, asked.PatientKana, "咳"], word => Assert.DoesNotContain(word, mail.Subject + mail.Text, StringComparison.Ordinal));
        Assert.Contains("申し込みが1件", await InboxAsync(clinic), StringComparison.Ordinal);
        // The family knows that it has arrived, and that it is not certain.
        Assert.Contains("申し込みを受け付けました", Assert.Single(portal.Database.Messages.Sent).Text, StringComparison.Ordinal);

        await DoneAsync(ChangeAsync(Evening.Clinic(), change => change.AcceptAsync(asked.Id, Cancellation)));
        Assert.DoesNotContain("申し込みが", await InboxAsync(clinic), StringComparison.Ordinal);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("/l/", portal.Database.Messages.Sent.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskedForByAFacility_ItHearsOfTheOtherTime_TheConfirmation_TheMove_AndTheCancellation()
    {
        var resident = await Evening.PatientAsync();
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", resident, StableId.Of("setagaya", "facility1"));
        var asked = await DoneAsync(Evening.BookAsync(Facility, TestEvening.Wish(resident, Evening.Doctor(), TestEvening.Monday18)));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Single(portal.Database.Mails.To(ClinicMail));

        await DoneAsync(ChangeAsync(Evening.Clinic(), change => change.MoveAsync(asked.Id, null, TestEvening.Monday18.AddMinutes(60), Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("別の日時のご案内", Assert.Single(portal.Database.Mails.To(FacilityMail)).Subject, StringComparison.Ordinal);
        Assert.Contains("19:00", portal.Database.Mails.To(FacilityMail).Last().Text, StringComparison.Ordinal);
        Assert.Contains(portal.Database.Messages.Sent, m => m.Text.Contains("19:00", StringComparison.Ordinal) && m.Text.Contains("代えて", StringComparison.Ordinal));
        Assert.Equal("Proposed", await Evening.StatusAsync(asked.Id));

        await DoneAsync(ChangeAsync(Evening.Clinic(), change => change.AcceptAsync(asked.Id, Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("確定しました", portal.Database.Mails.To(FacilityMail).Last().Subject, StringComparison.Ordinal);
        await DoneAsync(ChangeAsync(Evening.Clinic(), change => change.MoveAsync(asked.Id, null, TestEvening.Monday18.AddMinutes(80), Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("変わりました", portal.Database.Mails.To(FacilityMail).Last().Subject, StringComparison.Ordinal);
        await DoneAsync(ChangeAsync(Evening.Clinic(), change => change.CancelAsync(asked.Id, "入院", Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Contains("取り消されました", portal.Database.Mails.To(FacilityMail).Last().Subject, StringComparison.Ordinal);
        Assert.Equal(4, portal.Database.Mails.To(FacilityMail).Count());
        Assert.Contains(portal.Database.Messages.Sent, m => m.Text.Contains("取り消されました", StringComparison.Ordinal));
        // The clinic, which did all this, is not written about it.
        Assert.Single(portal.Database.Mails.To(ClinicMail));
    }

    [Fact]
    public async Task CalledOffByTheFamily_TheClinicHearsOfIt_ButNotWhy()
    {
        var booked = await DoneAsync(Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(), Evening.Doctor(), TestEvening.Monday18)));
        await DoneAsync(Evening.RunAsync(Visitor, async services =>
        {
            var own = await services.GetRequiredService<Modules.Telehealth.Data.TelehealthContext>().Appointments.SingleAsync(a => a.Id == booked.Id, Cancellation);
            return await services.GetRequiredService<ChangeOwnAppointmentHandler>().CancelAsync(own, "熱が下がった", Cancellation);
        }));
        await Evening.DoWorkAsync(portal.Clock);

        var mail = Assert.Single(portal.Database.Mails.To(ClinicMail));
        Assert.Contains("取り消されました", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("熱", mail.Text, StringComparison.Ordinal);
    }

    private static async Task<T> DoneAsync<T>(Task<Result<T>> running)
    {
        var result = await running;
        Assert.True(result.Succeeded, result.Succeeded ? "" : result.Errors[0].Code);
        return result.Value;
    }

    private Task<Result<Appointment>> ChangeAsync(CurrentUser user, Func<ChangeAppointmentHandler, Task<Result<Appointment>>> change) =>
        Evening.RunAsync(user, services => change(services.GetRequiredService<ChangeAppointmentHandler>()));

    private async Task<string> InboxAsync(Browser clinic) => (await clinic.OpenAsync(portal.Node.Url("/inbox", Evening.Host))).Document.QuerySelector("main")!.TextContent;
}
