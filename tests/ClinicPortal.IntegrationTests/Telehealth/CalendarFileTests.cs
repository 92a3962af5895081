using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Calendar files, read by a reader that was written from RFC 5545 and shares nothing with the writer.</summary>
public sealed class CalendarFileTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private TestEvening Evening => new(portal.Node, portal.Database);

    [Fact]
    public async Task File_IsReadAsTheSameEvent_MovedWithANewerSequence_AndCancelled_WithoutNameOrIllness()
    {
        var appointment = (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(), Evening.Doctor(), TestEvening.Monday18))).Value;
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET performing_name = 'あおき; 医院, \"本院\"\\ とても長い名前の医療機関でございますので折り返しが要ります' WHERE id = $1", appointment.Id);
        var booked = await ReadAsync(appointment.Id);
        Assert.Equal("PUBLISH", booked["METHOD"]);
        Assert.Equal(("20261123T090000Z", "20261123T091500Z", "0", "CONFIRMED"), (booked["DTSTART"], booked["DTEND"], booked["SEQUENCE"], booked["STATUS"]));
        Assert.Equal($"オンライン診療 {appointment.Number}", booked["SUMMARY"]);

        var patient = await PatientFileAsync(appointment.Id);
        Assert.Equal("オンライン診療 あおき; 医院, \"本院\"\\ とても長い名前の医療機関でございますので折り返しが要ります", patient["SUMMARY"]);
        Assert.Equal(booked["UID"], patient["UID"]);

        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour', busy_until = busy_until + interval '1 hour', sequence = 1 WHERE id = $1", appointment.Id);
        var moved = await ReadAsync(appointment.Id);
        Assert.Equal((booked["UID"], "1", "20261123T100000Z"), (moved["UID"], moved["SEQUENCE"], moved["DTSTART"]));
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET status = 'Cancelled', sequence = 2 WHERE id = $1", appointment.Id);
        var cancelled = await ReadAsync(appointment.Id);
        Assert.Equal(("CANCEL", "CANCELLED", "2", booked["UID"]), (cancelled["METHOD"], cancelled["STATUS"], cancelled["SEQUENCE"], cancelled["UID"]));
    }

    [Fact]
    public async Task File_IsDownloadedByTheClinicOnly_AndIsOnTheAccessLog()
    {
        var appointment = (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 1), Evening.Doctor(), TestEvening.Monday18.AddMinutes(40)))).Value;
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Evening.Host);
        using var other = await Browser.SignInAsync(portal.Node, "clinic3.doctor@setagaya.example", Evening.Host);
        var address = portal.Node.Url($"/appointments/{appointment.Id}/calendar.ics", Evening.Host);

        Assert.Equal(System.Net.HttpStatusCode.OK, (await clinic.GetAsync(address)).Status);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await clinic.GetAsync(portal.Node.Url("/appointments/calendar.ics", Evening.Host))).Status);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await other.GetAsync(address)).Status);
        Assert.Equal(2, (await portal.Database.AuditAsync("action = 'Exported' AND record_kind = 'appointment' AND $1 = ANY (record_ids)", appointment.Id)).Count);
    }

    private Task<Dictionary<string, string>> ReadAsync(Guid id) => Evening.ReadAsync(Evening.Clinic(), async services =>
    {
        var appointment = await services.GetRequiredService<ClinicPortal.Modules.Telehealth.AppointmentAccess>().FindAsync(id, TestContext.Current.CancellationToken);
        return Read(services.GetRequiredService<CalendarFile>().ForStaff([appointment!]), appointment!);
    });

    private Task<Dictionary<string, string>> PatientFileAsync(Guid id) => Evening.ReadAsync(Evening.Clinic(), async services =>
    {
        var appointment = await services.GetRequiredService<ClinicPortal.Modules.Telehealth.AppointmentAccess>().FindAsync(id, TestContext.Current.CancellationToken);
        var tenant = services.GetRequiredService<ITenantResolver>().ById(appointment!.TenantId)!;
        return Read(services.GetRequiredService<CalendarFile>().ForPatient(appointment, tenant, "ja"), appointment);
    });

    /// <summary>3.1 content lines and folding, 3.2 parameters, 3.3.11 escapes, 3.6 the properties that a VEVENT must and may have once.</summary>
    private static Dictionary<string, string> Read(string file, Appointment appointment)
    {
        Assert.DoesNotContain(appointment.PatientName.Split(' ')[0], file, StringComparison.Ordinal);
        Assert.DoesNotContain("咳", file, StringComparison.Ordinal);
        Assert.EndsWith("END:VCALENDAR\r\n", file, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', file.Replace("\r\n", "", StringComparison.Ordinal));
        var raw = file[..^2].Split("\r\n");
        Assert.All(raw, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 75));
        var lines = file[..^2].Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        var open = new Stack<string>();
        var values = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var colon = 0;
            for (var quoted = false; colon < line.Length && (quoted || line[colon] != ':'); colon++)
            {
                quoted ^= line[colon] == '"';
            }
            var (name, value) = (line[..colon].Split(';')[0], line[(colon + 1)..]);
            switch (name)
            {
                case "BEGIN":
                    open.Push(value);
                    break;
                case "END":
                    Assert.Equal(open.Pop(), value);
                    break;
                default:
                    Assert.True(values.TryAdd(name, Unescaped(name, value)), $"{name} stands twice");
                    break;
            }
        }
        Assert.Empty(open);
        Assert.Equal("2.0", values["VERSION"]);
        Assert.All(new[] { "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER" }, required => Assert.Contains(required, values.Keys));
        Assert.All(new[] { "DTSTAMP", "DTSTART", "DTEND" }, time => Assert.Matches("^[0-9]{8}T[0-9]{6}Z$", values[time]));
        return values;
    }

    private static string Unescaped(string name, string value)
    {
        if (name is not ("SUMMARY" or "DESCRIPTION"))
        {
            return value;
        }
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            Assert.False(value[i] is ',' or ';', $"{name} holds an unescaped {value[i]}");
            text.Append(value[i] != '\\' ? value[i] : value[++i] switch { 'n' or 'N' => '\n', var c and (',' or ';' or '\\') => c, var c => throw new FormatException($"\\{c}") });
        }
        return text.ToString();
    }
}
