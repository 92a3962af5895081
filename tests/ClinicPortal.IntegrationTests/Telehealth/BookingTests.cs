using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Notifications;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>From a booking to its end: links, reminders, moving, cancelling, nobody coming, and the waiting list.</summary>
public sealed class BookingTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    private Guid Doctor => Evening.Doctor();

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Booked_SendsTheLinkByMailAndTheCodeBySms_NeverBothByOneWay()
    {
        var booked = await BookAsync(email: "family@example.jp");
        await Evening.DoWorkAsync(portal.Clock);

        var mail = Assert.Single(portal.Database.Mails.To("family@example.jp"));
        var code = Assert.Single(portal.Database.Messages.Sent);
        Assert.Contains($"http://setagaya.localhost", mail.Text, StringComparison.Ordinal);
        Assert.Contains("/l/", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/l/", code.Text, StringComparison.Ordinal);
        Assert.Matches("[0-9]{3} [0-9]{3}", code.Text);
        Assert.DoesNotMatch("[0-9]{3} [0-9]{3}", mail.Text);
        Assert.Equal("09012345678", code.To);
        Assert.StartsWith("BEGIN:VCALENDAR", mail.Calendar, StringComparison.Ordinal);
        // Neither who is seen nor why.
        Assert.All([mail.Text, mail.Subject, mail.Calendar!, code.Text], text => Assert.All([booked.PatientName, "咳"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal)));
        Assert.Equal(["Doctor", "Patient"], await portal.Database.ReadAllAsync<string>("SELECT role FROM telehealth.participant WHERE appointment_id = $1 ORDER BY role", booked.Id));
        Assert.Equal(booked.DoctorId, await portal.Database.ReadAsync<Guid>("SELECT account_id FROM telehealth.participant WHERE appointment_id = $1 AND role = 'Doctor'", booked.Id));
        // What opened something is wiped.
        var sent = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM telehealth.outgoing_message WHERE appointment_id = $1", booked.Id);
        Assert.All(await Task.WhenAll(sent.Select(id => portal.Database.OpenAsync<MessageContent>("telehealth.outgoing_message.sealed_content", id))), content => Assert.Equal("", content.Text));
    }

    [Fact]
    public async Task Booked_WithOneWayOnly_LeavesTheCodeToBeToldByPhone()
    {
        var booked = await BookAsync();
        await Evening.DoWorkAsync(portal.Clock);

        var sms = Assert.Single(portal.Database.Messages.Sent);
        Assert.Contains("/l/", sms.Text, StringComparison.Ordinal);
        var told = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.outgoing_message WHERE appointment_id = $1 AND channel = 'Told'", booked.Id);
        var code = (await portal.Database.OpenAsync<MessageContent>("telehealth.outgoing_message.sealed_content", told)).Text;
        Assert.Matches("^[0-9]{6}$", code);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Evening.Host);
        var page = await clinic.OpenAsync(portal.Node.Url($"/appointments/{booked.Id}", Evening.Host));
        Assert.Contains($"{code[..3]} {code[3..]}", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Opened' AND record_kind = 'appointment' AND $1 = ANY (record_ids)", booked.Id));
    }

    [Fact]
    public async Task Link_OfTheBooking_OpensTheAppointment_WhichIsConfirmedAndCancelledByIt()
    {
        var booked = await BookAsync(email: "family@example.jp");
        await Evening.DoWorkAsync(portal.Clock);
        using var family = await Evening.OpenLinkAsync(portal.Database.Mails.To("family@example.jp").Single().Text, portal.Database.Messages.Sent.Single().Text, booked.PatientBirthDate);

        var page = await family.OpenAsync(portal.Node.Url("/join/appointment", Evening.Host));
        Assert.Contains("11月23日(月) 18:00", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(booked.PatientName, page.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/confirm")).Status);
        Assert.Equal(1, await EventsAsync(booked.Id, "PatientConfirmed"));
        page = await family.OpenAsync(portal.Node.Url("/join/appointment", Evening.Host));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/cancel", ("reason", "熱が下がった"))).Status);

        Assert.Equal("Cancelled", await Evening.StatusAsync(booked.Id));
        Assert.Contains("取り消し", (await family.OpenAsync(portal.Node.Url("/join/appointment", Evening.Host))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reminders_GoOutOnce_EvenWhenTheirWorkRunsAgain_AndNotForWhatWasMovedOrCancelled()
    {
        var tuesday18 = TestEvening.Monday18.AddDays(1);
        portal.Clock.Now = tuesday18.AddHours(-30);
        var (booked, cancelled, moved) = (await BookAsync(minutes: 24 * 60), await BookAsync(minutes: 24 * 60 + 20, patient: 1), await BookAsync(minutes: 24 * 60 + 40, patient: 2));
        await Evening.DoWorkAsync(portal.Clock);
        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(cancelled.Id, "都合", Cancellation)));
        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(moved.Id, Doctor, tuesday18.AddMinutes(80), Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        var before = portal.Database.Messages.Sent.Count;

        portal.Clock.Now = tuesday18.AddHours(-22);
        portal.Database.Messages.RefuseNext(1);
        await Evening.DoWorkAsync(portal.Clock);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        await Evening.DoWorkAsync(portal.Clock);
        // The same work once more, as after a crash between sending and noting it.
        await portal.Database.ExecuteAsync("UPDATE app.work_item SET done_at = NULL WHERE kind IN ('telehealth.remind-patient', 'telehealth.send-message') AND due_at <= $1", portal.Clock.Now.UtcDateTime);
        await Evening.DoWorkAsync(portal.Clock);

        var reminders = portal.Database.Messages.Sent.Skip(before).ToList();
        Assert.Equal(2, reminders.Count);
        Assert.Equal(1, await EventsAsync(booked.Id, "Reminded"));
        Assert.Equal(0, await EventsAsync(cancelled.Id, "Reminded"));
        Assert.Equal(1, await EventsAsync(moved.Id, "Reminded"));
        Assert.Contains(reminders, r => r.Text.Contains("19:20", StringComparison.Ordinal));
        Assert.DoesNotContain(reminders, r => r.Text.Contains("18:40", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reminder_ReachesARealMailServer_AfterItWasPutOff_Once()
    {
        await using var server = await SmtpServer.StartAsync(refusals: 1);
        await using var sending = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services
            .Replace(ServiceDescriptor.Singleton(server.Gateway(portal.Clock))));
        // Only this node sends: the other one's mails go nowhere.
        await portal.Node.DisposeAsync();
        var evening = new TestEvening(sending, portal.Database);
        portal.Clock.Now = TestEvening.Monday18.AddMinutes(-90);
        var booked = await DoneAsync(evening.BookAsync(
            evening.Clinic(), TestEvening.Wish(await evening.PatientAsync(), evening.Doctor(), TestEvening.Monday18, email: "family@example.jp")));
        await evening.DoWorkAsync(portal.Clock);
        portal.Clock.Advance(TimeSpan.FromSeconds(5));
        await evening.DoWorkAsync(portal.Clock);
        var link = await server.NextAsync();
        Assert.Contains("text/calendar", string.Join(' ', link.Message.BodyParts.Select(p => p.ContentType.MimeType)), StringComparison.Ordinal);

        portal.Clock.Now = TestEvening.Monday18.AddMinutes(-59);
        await evening.DoWorkAsync(portal.Clock);
        var reminder = await server.NextAsync();

        Assert.Equal(["family@example.jp"], reminder.To);
        Assert.Contains("予約のお知らせ", reminder.Message.Subject, StringComparison.Ordinal);
        Assert.Contains("11月23日(月) 18:00", reminder.Text, StringComparison.Ordinal);
        Assert.Contains("/join/lost", reminder.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(booked.PatientName, reminder.Text, StringComparison.Ordinal);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.outgoing_message WHERE appointment_id = $1 AND sent_at IS NULL", booked.Id));
    }

    [Fact]
    public async Task NobodyComes_CountsAsAbsent_AfterTheMinutesOfTheAssociation_WhileTheServerWasDownToo()
    {
        var (booked, arrived) = (await BookAsync(), await BookAsync(minutes: 20, patient: 1));
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET status = 'Arrived' WHERE id = $1", arrived.Id);

        portal.Clock.Now = TestEvening.Monday18.AddMinutes(19);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Equal("Booked", await Evening.StatusAsync(booked.Id));
        portal.Clock.Now = TestEvening.Monday18.AddHours(3);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("NoShow", await Evening.StatusAsync(booked.Id));
        Assert.Equal("Arrived", await Evening.StatusAsync(arrived.Id));
        Assert.Equal(1, await EventsAsync(booked.Id, "NoShow"));
    }

    [Fact]
    public async Task FreedTime_IsOfferedToTheFirstThatFits_ThenToTheNext_AndNeverTwice()
    {
        var booked = await BookAsync();
        var (wrongDay, first, second) = (
            await WaitAsync(1, new DateOnly(2026, 11, 24)), await WaitAsync(2, new DateOnly(2026, 11, 23)), await WaitAsync(3, new DateOnly(2026, 11, 23)));
        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(booked.Id, "入院", Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(first, await OpenOfferAsync());
        // The time is held: nobody else can be given it.
        Assert.Equal("booking.not-free", (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 5), Doctor, TestEvening.Monday18))).Errors[0].Code);
        portal.Clock.Advance(TimeSpan.FromMinutes(61));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Equal(second, await OpenOfferAsync());
        Assert.Equal(["Waiting", "Waiting", "Offered"], await StatesAsync(wrongDay, first, second));

        var held = await portal.Database.ReadAsync<Guid>("SELECT appointment_id FROM telehealth.waiting_offer WHERE state = 'Open'");
        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<AnswerOfferHandler>().AcceptAsync(held, Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        portal.Clock.Advance(TimeSpan.FromMinutes(61));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Booked", await Evening.StatusAsync(held));
        Assert.Equal(["Waiting", "Waiting", "Booked"], await StatesAsync(wrongDay, first, second));
        Assert.Equal(2, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.waiting_offer"));
        Assert.Equal("offer.answered", (await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<AnswerOfferHandler>().AcceptAsync(held, Cancellation))).Errors[0].Code);
    }

    [Fact]
    public async Task RefusedOffer_GoesToTheNext_ByTheLinkInTheMessage()
    {
        var booked = await BookAsync();
        var (first, second) = (await WaitAsync(1, new DateOnly(2026, 11, 23), "first@example.jp"), await WaitAsync(2, new DateOnly(2026, 11, 23)));
        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(booked.Id, "入院", Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);
        var born = await portal.Database.ReadAsync<DateTime>("SELECT p.birth_date::timestamp FROM patients.patient p JOIN telehealth.waiting_entry e ON e.patient_id = p.id WHERE e.id = $1", first);
        using var family = await Evening.OpenLinkAsync(portal.Database.Mails.To("first@example.jp").Single().Text, portal.Database.Messages.Sent.Last().Text, DateOnly.FromDateTime(born));

        var page = await family.OpenAsync(portal.Node.Url("/offer", Evening.Host));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await family.PostAsync(page, "/offer/refuse")).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Contains("見送りました", (await family.OpenAsync(portal.Node.Url("/offer", Evening.Host))).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(second, await OpenOfferAsync());
        Assert.Equal(["Waiting", "Offered"], await StatesAsync(first, second));
    }

    [Fact]
    public async Task Moved_FreesItsTime_TakesTheOther_AndTellsThePatient()
    {
        var booked = await BookAsync();
        await Evening.DoWorkAsync(portal.Clock);

        await DoneAsync(Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(booked.Id, Doctor, TestEvening.Monday18.AddMinutes(60), Cancellation)));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(1, await portal.Database.ReadAsync<int>("SELECT sequence FROM telehealth.appointment WHERE id = $1", booked.Id));
        Assert.Contains(portal.Database.Messages.Sent, m => m.Text.Contains("変わりました", StringComparison.Ordinal) && m.Text.Contains("19:00", StringComparison.Ordinal));
        Assert.True((await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 1), Doctor, TestEvening.Monday18))).Succeeded);
        Assert.Equal("booking.not-free", (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 2), Doctor, TestEvening.Monday18.AddMinutes(60)))).Errors[0].Code);
    }

    [Fact]
    public async Task AnotherClinic_BooksNeitherThePatient_NorSeesMovesOrCancelsTheAppointment()
    {
        var booked = await BookAsync();
        var other = Evening.Clinic(3);

        Assert.Equal("booking.no-patient", (await Evening.BookAsync(other, TestEvening.Wish(booked.PatientId, Doctor, TestEvening.Monday18.AddMinutes(20)))).Errors[0].Code);
        Assert.Equal("appointment.not-found", (await Evening.RunAsync(other, s => s.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(booked.Id, "x", Cancellation))).Errors[0].Code);
        Assert.Equal("appointment.not-found", (await Evening.RunAsync(other, s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(booked.Id, Doctor, TestEvening.Monday18.AddHours(1), Cancellation))).Errors[0].Code);
        using var browser = await Browser.SignInAsync(portal.Node, "clinic3.doctor@setagaya.example", Evening.Host);
        foreach (var path in new[] { "", "/links", "/move", "/calendar.ics" })
        {
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await browser.GetAsync(portal.Node.Url($"/appointments/{booked.Id}{path}", Evening.Host))).Status);
        }
        Assert.DoesNotContain(booked.PatientName, (await browser.OpenAsync(portal.Node.Url("/appointments", Evening.Host))).Document.Body!.TextContent, StringComparison.Ordinal);
        // Doctors of other clinics are not offered to this clinic's patients.
        Assert.Equal("booking.choose-time", (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(booked.PatientId, Evening.Doctor("clinic2.doctor"), TestEvening.Monday18))).Errors[0].Code);
    }

    private async Task<Appointment> BookAsync(int minutes = 0, int patient = 0, string? email = null) => await DoneAsync(Evening.BookAsync(
        Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: patient), Doctor, TestEvening.Monday18.AddMinutes(minutes), email: email)));

    private async Task<Guid> WaitAsync(int patient, DateOnly day, string? email = null)
    {
        // Who came first is first.
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        return (await DoneAsync(Evening.RunAsync(Evening.Clinic(), async services => await services.GetRequiredService<JoinWaitingListHandler>().HandleAsync(
            new JoinWaitingListInput(await Evening.PatientAsync(number: patient), "followUp", Doctor, day, day, null, "090-1111-2222", email), Cancellation)))).Id;
    }

    private static async Task<T> DoneAsync<T>(Task<Result<T>> running)
    {
        var result = await running;
        Assert.True(result.Succeeded, result.Succeeded ? "" : result.Errors[0].Code);
        return result.Value;
    }

    private Task<long> EventsAsync(Guid appointment, string kind) => portal.Database.ReadAsync<long>(
        "SELECT count(*) FROM telehealth.appointment_event WHERE appointment_id = $1 AND kind = $2", appointment, kind);

    private Task<Guid> OpenOfferAsync() => portal.Database.ReadAsync<Guid>("SELECT entry_id FROM telehealth.waiting_offer WHERE state = 'Open'");

    private async Task<IReadOnlyList<string>> StatesAsync(params Guid[] entries) =>
        [.. await Task.WhenAll(entries.Select(id => portal.Database.ReadAsync<string>("SELECT state FROM telehealth.waiting_entry WHERE id = $1", id)))];
}
