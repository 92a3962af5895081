using Microsoft.AspNetCore.Components;

namespace ClinicPortal.FluentUI;

/// <summary>
/// What every component takes. There is no Style: the Content-Security-Policy refuses style attributes; use classes.
/// </summary>
public abstract class FluentComponentBase : ComponentBase
{
    [Parameter]
    public string? Id { get; set; }

    [Parameter]
    public string? Class { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? AdditionalAttributes { get; set; }

    /// <summary>Joins class names, leaving out what is null or empty.</summary>
    protected static string Classes(params ReadOnlySpan<string?> names)
    {
        var joined = new System.Text.StringBuilder();
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name))
            {
                joined.Append(joined.Length == 0 ? "" : " ").Append(name);
            }
        }

        return joined.ToString();
    }

    /// <summary>An enumeration's value as the attribute or class name that stands for it.</summary>
    protected static string Attribute<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
