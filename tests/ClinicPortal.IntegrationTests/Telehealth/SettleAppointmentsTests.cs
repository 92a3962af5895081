using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A clinic leaves or is suspended, and its doctors are booked afterwards: the secretariat hands over or calls off, and nobody is left unaware.</summary>
public sealed class SettleAppointmentsTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string ClinicMail = "clinic1.doctor@setagaya.example";
    private const string SuccessorMail = "clinic2.doctor@setagaya.example";
    private readonly PortalFixture portal = new(postgres);

    private TestEvening Evening => new(portal.Node, portal.Database);

    private static string Path => $"/members/{StableId.Of("setagaya", "clinic1")}";

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task HandedOver_KeepsItsTime_WithTheDoctorOfAnotherClinic_AndEverybodyIsTold()
    {
        var later = await BookAsync(0, "family@example.jp");
        // The association's doctor sees somebody else then.
        Assert.True((await Evening.BookAsync(Evening.Clinic(2), TestEvening.Wish(await Evening.PatientAsync(2), Evening.Doctor("doctor1"), later.StartsAt))).Succeeded);
        using var secretariat = await EndAsync("leave", "2026-11-24");
        var page = await SettleAsync(secretariat);
        Assert.DoesNotContain(later.PatientName, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Listed' AND record_kind = 'appointment' AND role = 'secretariat' AND $1 = ANY (record_ids)", later.Id));
        var step = $"{Path}/appointments/{later.Id}/hand-over";

        var taken = await secretariat.PostAsync(page, step, ("doctor", $"{Evening.Doctor("doctor1")}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(taken, step, ("doctor", $"{Evening.Doctor()}"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(await SettleAsync(secretariat), step, ("doctor", $"{Evening.Doctor("clinic2.doctor")}"))).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(
            ("Booked", StableId.Of("setagaya", "clinic2"), later.StartsAt.UtcDateTime),
            (await Evening.StatusAsync(later.Id), await portal.Database.ReadAsync<Guid>("SELECT performing_clinic_id FROM telehealth.appointment WHERE id = $1", later.Id),
                await portal.Database.ReadAsync<DateTime>("SELECT starts_at FROM telehealth.appointment WHERE id = $1", later.Id)));
        Assert.Contains(portal.Database.Mails.To("family@example.jp"), m => m.Subject.Contains("担当の医師が変わります", StringComparison.Ordinal));
        Assert.Contains("SEQUENCE:1", portal.Database.Mails.To("family@example.jp").Last(m => m.Calendar is not null).Calendar, StringComparison.Ordinal);
        Assert.All([ClinicMail, SuccessorMail], address => Assert.Contains("担当が変わりました", portal.Database.Mails.To(address).Last().Subject, StringComparison.Ordinal));
        using var successor = await Browser.SignInAsync(portal.Node, SuccessorMail, Evening.Host);
        Assert.Contains(later.Number, (await successor.OpenAsync(portal.Node.Url($"/appointments/{later.Id}", Evening.Host))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CalledOff_TellsThePatientWhomToCall_AndTheClinicWhomNobodyCanWriteTo()
    {
        var (reached, unreached) = (await BookAsync(0, "family@example.jp"), await BookAsync(20, null, phone: "03-5555-0101"));
        using var secretariat = await EndAsync("suspend", "2026-11-25");
        var page = await SettleAsync(secretariat);
        Assert.Contains($"番号 {unreached.Number} の患者さんへの電話", page.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"{Path}/appointments/{reached.Id}/cancel")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(await SettleAsync(secretariat), $"{Path}/appointments/{unreached.Id}/cancel")).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Cancelled", "Cancelled"), (await Evening.StatusAsync(reached.Id), await Evening.StatusAsync(unreached.Id)));
        var phone = portal.Node.Services.GetRequiredService<ITenantResolver>().ById(Evening.Tenant)!.Settings.PhoneNumbers.PublicNumber;
        var mail = portal.Database.Mails.To("family@example.jp").Last();
        Assert.Contains($"{phone} へお電話ください", mail.Text, StringComparison.Ordinal);
        Assert.Contains("METHOD:CANCEL", mail.Calendar, StringComparison.Ordinal);
        var told = portal.Database.Mails.To(ClinicMail).ToList();
        Assert.Contains(told, m => m.Subject.Contains("要連絡", StringComparison.Ordinal) && m.Text.Contains(unreached.Number, StringComparison.Ordinal));
        Assert.DoesNotContain(told, m => m.Subject.Contains("要連絡", StringComparison.Ordinal) && m.Text.Contains(reached.Number, StringComparison.Ordinal));
        Assert.Contains("残っている予約はありません", (await SettleAsync(secretariat)).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatNobodySettled_IsCalledOffOnTheMorningOfTheLastDay_AndNotWhenTheClinicStays()
    {
        var (later, before) = (await BookAsync(0, "family@example.jp"), await BookAsync(-2 * 24 * 60, null));
        using var secretariat = await EndAsync("leave", "2026-11-24");
        portal.Clock.Now = new DateTimeOffset(2026, 11, 24, 8, 59, 0, TimeSpan.FromHours(9));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Equal("Booked", await Evening.StatusAsync(later.Id));

        portal.Clock.Advance(TimeSpan.FromMinutes(2));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Cancelled", await Evening.StatusAsync(later.Id));
        Assert.Equal("Booked", await Evening.StatusAsync(before.Id));
        Assert.Contains("お電話ください", portal.Database.Mails.To("family@example.jp").Last().Text, StringComparison.Ordinal);
        Assert.Contains("取り消しました", portal.Database.Mails.To(ClinicMail).Last().Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClinicThatStaysAfterAll_KeepsItsAppointments()
    {
        var later = await BookAsync(0, "family@example.jp");
        using var secretariat = await EndAsync("leave", "2026-11-24");
        var page = await secretariat.OpenAsync(portal.Node.Url($"{Path}/membership", Evening.Host));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"{Path}/rejoin", ("reason", "継続"))).Status);
        // There is nothing to settle of a clinic that stays.
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url($"{Path}/appointments", Evening.Host))).Status);

        portal.Clock.Now = new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.FromHours(9));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Booked", await Evening.StatusAsync(later.Id));
    }

    /// <summary>On Thursday, after the clinic's last day.</summary>
    private async Task<Appointment> BookAsync(int minutes, string? email, string phone = "090-1234-5678")
    {
        var patients = await Evening.PatientsAsync();
        var booked = await Evening.BookAsync(
            Evening.Clinic(), TestEvening.Wish(patients[Math.Abs(minutes) % 7], Evening.Doctor(), TestEvening.Monday18.AddDays(3).AddMinutes(minutes), phone: phone, email: email));
        Assert.True(booked.Succeeded, booked.Succeeded ? "" : booked.Errors[0].Code);
        return booked.Value;
    }

    private async Task<Browser> EndAsync(string change, string on)
    {
        var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Evening.Host);
        var page = await secretariat.OpenAsync(portal.Node.Url($"{Path}/membership", Evening.Host));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"{Path}/{change}", ("on", on), ("reason", "閉院"))).Status);
        await Evening.DoWorkAsync(portal.Clock);
        return secretariat;
    }

    private Task<BrowserPage> SettleAsync(Browser secretariat) => secretariat.OpenAsync(portal.Node.Url($"{Path}/appointments", Evening.Host));
}
