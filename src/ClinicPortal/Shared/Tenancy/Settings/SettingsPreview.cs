using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>What settings come to: the nights as they will be covered, the prices as they will be charged, the area as it lies.</summary>
/// <param name="Prices">In force on the first night, else the first that will be; null when there are none.</param>
/// <param name="Online">Null where none are held.</param>
public sealed record SettingsPreview(IReadOnlyList<PreviewNight> Nights, PriceListVersion? Prices, AreaPreview Areas, OnlineConsultationSettings? Online)
{
    public const int NightCount = 14;

    /// <param name="today">In the association's zone.</param>
    /// <param name="others">Everybody else's areas, by name of the association.</param>
    public static SettingsPreview Of(TenantDocument document, DateOnly today, IEnumerable<(string Name, IReadOnlyList<TownBlock> Areas)> others)
    {
        var calendar = TenantCalendars.From(document.Settings);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(document.Settings.Zone);
        var firstRules = document.Settings.FeeClasses.Min(rules => rules.EffectiveFrom);
        return new SettingsPreview(
            [.. Enumerable.Range(0, NightCount).Select(today.AddDays).Select(date => Night(calendar, date, zone, firstRules))],
            document.Prices.On(today) ?? document.Prices.Versions.MinBy(version => version.EffectiveFrom),
            AreaPreview.Of(document.Areas, others),
            document.Settings.OnlineConsultation);
    }

    private static PreviewNight Night(TenantCalendar calendar, DateOnly date, TimeZoneInfo zone, DateOnly firstRules)
    {
        var night = calendar.OutOfHours.Night(date, zone);
        var windows = new List<PreviewWindow>();
        for (var from = night.Start; from < night.End;)
        {
            var change = calendar.OutOfHours.NextChange(from, zone);
            var until = change < night.End ? change : night.End;
            if (calendar.OutOfHours.IsOutOfHours(from, zone))
            {
                var window = new Interval(from, until);
                windows.Add(new PreviewWindow(window, date < firstRules ? [] : calendar.FeeClasses.Split(window, zone)));
            }
            from = until;
        }
        return new PreviewNight(date, PublicHolidays.On(date)?.Name, windows);
    }
}

/// <param name="Holiday">Name of the public holiday (祝日) on which the night begins.</param>
public sealed record PreviewNight(DateOnly Date, string? Holiday, IReadOnlyList<PreviewWindow> Windows);

/// <param name="Classes">Empty before the first fee rules.</param>
public sealed record PreviewWindow(Interval Interval, IReadOnlyList<FeeClassStretch> Classes);

/// <param name="Box">South-west and north-east corner of the blocks' centres; null when no centre is known.</param>
/// <param name="Overlaps">Other associations that have some of the same blocks.</param>
public sealed record AreaPreview(
    IReadOnlyList<TownBlock> Blocks, (double South, double West, double North, double East)? Box, int WithoutCentre, IReadOnlyList<AreaOverlap> Overlaps)
{
    public static AreaPreview Of(IReadOnlyList<TownBlock> blocks, IEnumerable<(string Name, IReadOnlyList<TownBlock> Areas)> others)
    {
        var codes = blocks.Select(block => block.Code).ToHashSet();
        var placed = blocks.Where(block => block is { Latitude: not null, Longitude: not null }).ToList();
        return new AreaPreview(
            blocks,
            placed.Count == 0 ? null : (placed.Min(b => b.Latitude!.Value), placed.Min(b => b.Longitude!.Value), placed.Max(b => b.Latitude!.Value), placed.Max(b => b.Longitude!.Value)),
            blocks.Count - placed.Count,
            [
                .. from other in others
                   let shared = other.Areas.Where(block => codes.Contains(block.Code)).ToList()
                   where shared.Count > 0
                   select new AreaOverlap(other.Name, shared),
            ]);
    }
}

public sealed record AreaOverlap(string Association, IReadOnlyList<TownBlock> Blocks);
