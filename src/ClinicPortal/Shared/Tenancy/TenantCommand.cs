using System.Globalization;
using System.Resources;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary><c>tenants check [name]</c> and <c>tenants preview name</c>: what the folders would bring, before anything is brought; no database is asked.</summary>
public static class TenantCommand
{
    private static readonly ResourceManager Words = new("ClinicPortal.Shared.Tenancy.TenantCommand", typeof(TenantCommand).Assembly);

    /// <param name="args"><c>check</c> or <c>preview</c>, and the folder's name.</param>
    /// <returns>The exit code: 0 when nothing is wrong.</returns>
    public static int Run(string[] args, string root, TimeProvider clock, TextWriter output)
    {
        var folder = TenantFolder.Load(root);
        switch (args)
        {
            case ["check"]:
                return Check(folder.Refused, [.. folder.Tenants.Select(Line), .. folder.Desks.Select(d => d.Settings.Identifier)], output);
            case ["check", var name]:
                return Check(
                    [.. folder.Refused.Where(r => r.Name == name)],
                    [.. folder.Tenants.Where(t => t.Settings.Identifier == name).Select(Line), .. folder.Desks.Select(d => d.Settings.Identifier).Where(d => d == name)], output);
            case ["preview", var name]:
                var refused = folder.Refused.Where(r => r.Name == name).ToList();
                if (folder.Tenants.FirstOrDefault(t => t.Settings.Identifier == name) is not { } tenant)
                {
                    return Check(refused, [], output);
                }
                Print(tenant, [.. folder.Tenants.Where(t => t != tenant)], clock, output);
                return 0;
            default:
                output.WriteLine(Text("Usage"));
                return 2;
        }
    }

    public static void Report(IEnumerable<RefusedFolder> refused, TextWriter output)
    {
        foreach (var folder in refused)
        {
            output.WriteLine(Text("Refused", folder.Name, folder.Problems.Count));
            foreach (var problem in folder.Problems)
            {
                output.WriteLine($"  {problem}");
            }
        }
    }

    public static string Text(string key, params object[] arguments) =>
        string.Format(CultureInfo.CurrentCulture, Words.GetString(key, CultureInfo.CurrentUICulture) ?? key, arguments);

    private static string Line(TenantDefinition tenant) =>
        $"{tenant.Settings.Identifier}  {tenant.Settings.Name}  {Text(tenant.Settings.Open ? "IsOpen" : "IsDraft")}";

    private static int Check(IReadOnlyList<RefusedFolder> refused, IReadOnlyList<string> good, TextWriter output)
    {
        Report(refused, output);
        foreach (var line in good)
        {
            output.WriteLine(Text("Good", line));
        }
        if (refused.Count == 0 && good.Count == 0)
        {
            output.WriteLine(Text("NoFolder"));
        }
        return refused.Count == 0 && good.Count > 0 ? 0 : 1;
    }

    private static void Print(TenantDefinition tenant, IReadOnlyList<TenantDefinition> others, TimeProvider clock, TextWriter output)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(tenant.Settings.Zone);
        var preview = SettingsPreview.Of(
            tenant.Document, WallClock.Of(clock.GetUtcNow(), zone).Date, others.Select(t => (t.Settings.Name.ToString(), t.Areas)));
        output.WriteLine(Line(tenant));
        output.WriteLine();
        output.WriteLine(Text("Nights", SettingsPreview.NightCount, tenant.Settings.Zone));
        foreach (var night in preview.Nights)
        {
            output.WriteLine($"  {ScreenDates.NearDay(night.Date)} {night.Holiday}".TrimEnd());
            foreach (var window in night.Windows)
            {
                output.WriteLine($"    {Span(window.Interval, zone)}  {string.Join("  ", window.Classes.Select(c => $"{Text($"FeeClass.{c.Class}")} {Span(c.Interval, zone)}"))}".TrimEnd());
            }
        }
        output.WriteLine();
        PrintPrices(preview.Prices, output);
        output.WriteLine();
        PrintOnline(preview.Online, output);
        output.WriteLine();
        PrintAreas(preview.Areas, output);
    }

    private static void PrintOnline(OnlineConsultationSettings? online, TextWriter output)
    {
        if (online is null)
        {
            output.WriteLine(Text("NoOnline"));
            return;
        }
        output.WriteLine(online.Consent.ApprovedBy is { } by ? Text("Online", online.Consent.Version, by) : Text("OnlineSample", online.Consent.Version));
        foreach (var service in online.Services)
        {
            var facts = ((string?[])
            [
                Text("OnlineMinutes", service.Minutes, service.Questionnaire.Questions.Count),
                service.FirstVisit ? Text("OnlineFirst") : null,
                service.ByLink ? Text("OnlineByLink") : null,
            ]).OfType<string>();
            output.WriteLine($"  {service.Label} ({service.Code})  {string.Join(Text("Comma"), facts)}");
        }
    }

    private static void PrintPrices(PriceListVersion? prices, TextWriter output)
    {
        if (prices is null)
        {
            output.WriteLine(Text("NoPrices"));
            return;
        }
        output.WriteLine(Text("Prices", ScreenDates.Day(prices.EffectiveFrom), Text($"TaxCategory.{prices.TaxCategory}")));
        foreach (var plan in prices.Plans)
        {
            output.WriteLine($"  {plan.Name} ({plan.Code})");
            foreach (var tier in plan.MonthlyBase)
            {
                output.WriteLine($"    {Text("Tier", tier.UpToPatients, Yen(tier.Yen))}");
            }
            output.WriteLine($"    {Text("Above", Yen(plan.PerPatientAbove))}");
            output.WriteLine($"    {Text("Visits", Yen(plan.Visit.None), Yen(plan.Visit.Night), Yen(plan.Visit.Holiday), Yen(plan.Visit.DeepNight))}");
            output.WriteLine($"    {Text("Others", Yen(plan.Call), Yen(plan.EndOfLife), Yen(plan.Video), plan.MinimumMonths)}");
        }
    }

    private static void PrintAreas(AreaPreview areas, TextWriter output)
    {
        output.WriteLine(Text("Areas", areas.Blocks.Count));
        if (areas.Box is { } box)
        {
            output.WriteLine($"  {Text("Box", box.South, box.North, box.West, box.East)}");
        }
        if (areas.WithoutCentre > 0)
        {
            output.WriteLine($"  {Text("WithoutCentre", areas.WithoutCentre)}");
        }
        output.WriteLine(areas.Overlaps.Count == 0 ? $"  {Text("NoOverlap")}" : string.Join(Environment.NewLine, areas.Overlaps.Select(
            overlap => $"  {Text("Overlap", overlap.Association, overlap.Blocks.Count, string.Join(Text("Comma"), overlap.Blocks.Select(b => b.Name)))}")));
    }

    private static string Span(Interval interval, TimeZoneInfo zone) =>
        $"{JapaneseDates.Time(interval.Start, zone)}–{JapaneseDates.Time(interval.End, zone)}";

    private static string Yen(int yen) => "¥" + yen.ToString("N0", CultureInfo.InvariantCulture);
}
