using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>The text must be one that <typeparamref name="T"/> accepts. Settings stay plain text so that they are plain JSON too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ParsesAttribute<T> : ValidationAttribute
    where T : IParsable<T>
{
    public override bool IsValid(object? value) =>
        value is null || (value is string text && T.TryParse(text, CultureInfo.InvariantCulture, out _));
}
