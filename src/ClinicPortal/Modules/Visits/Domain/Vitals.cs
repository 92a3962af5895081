using System.ComponentModel.DataAnnotations;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Visits.Domain;

/// <summary>バイタルサイン as measured at the visit. What was not measured is null: nothing is assumed.</summary>
/// <param name="Temperature">Body temperature in °C, one decimal.</param>
/// <param name="Systolic">Systolic blood pressure in mmHg.</param>
/// <param name="Diastolic">Diastolic blood pressure in mmHg.</param>
/// <param name="Pulse">Beats per minute.</param>
/// <param name="Respiration">Breaths per minute.</param>
/// <param name="SpO2">Oxygen saturation in percent.</param>
/// <param name="Consciousness">Japan Coma Scale (JCS), from 0 (awake) to 300 (no reaction).</param>
public sealed record Vitals(
    decimal? Temperature = null, int? Systolic = null, int? Diastolic = null, int? Pulse = null, int? Respiration = null, int? SpO2 = null,
    [property: AllowedValues("0", "1", "2", "3", "10", "20", "30", "100", "200", "300")] string? Consciousness = null)
{
    /// <summary>Japan Coma Scale (JCS), from awake to no reaction.</summary>
    public static IReadOnlyList<string> ComaScale { get; } = ["0", "1", "2", "3", "10", "20", "30", "100", "200", "300"];

    /// <summary>Outside these a figure is a slip of the hand, not a finding.</summary>
    private static readonly (string Field, Func<Vitals, decimal?> Read, decimal From, decimal To)[] Plausible =
    [
        ("vitals.temperature", v => v.Temperature, 25, 45),
        ("vitals.systolic", v => v.Systolic, 30, 300),
        ("vitals.diastolic", v => v.Diastolic, 10, 200),
        ("vitals.pulse", v => v.Pulse, 10, 300),
        ("vitals.respiration", v => v.Respiration, 3, 80),
        ("vitals.spO2", v => v.SpO2, 30, 100),
    ];

    public IEnumerable<Error> Problems()
    {
        foreach (var (field, read, from, to) in Plausible)
        {
            if (read(this) is { } value && (value < from || value > to))
            {
                yield return Error.OnField(field, "report.not-plausible", from, to);
            }
        }
        if (Diastolic >= Systolic)
        {
            yield return Error.OnField("vitals.diastolic", "report.diastolic-not-below-systolic");
        }
        if (Consciousness is not null && !ComaScale.Contains(Consciousness))
        {
            yield return Error.OnField("vitals.consciousness", "report.not-on-coma-scale");
        }
    }
}
