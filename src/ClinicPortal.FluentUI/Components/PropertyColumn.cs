using System.Globalization;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Components;

namespace ClinicPortal.FluentUI;

/// <summary>A column that shows one property as text.</summary>
public sealed class PropertyColumn<TGridItem, TProperty> : ColumnBase<TGridItem>
{
    private Func<TGridItem, TProperty>? read;

    [Parameter, EditorRequired]
    public Expression<Func<TGridItem, TProperty>> Property { get; set; } = null!;

    /// <summary>A .NET format, as <c>N0</c> or <c>HH:mm</c>.</summary>
    [Parameter]
    public string? Format { get; set; }

    internal override RenderFragment Cell(TGridItem item)
    {
        read ??= Property.Compile(preferInterpretation: true);
        var value = read(item);
        var text = value is IFormattable formattable
            ? formattable.ToString(Format, CultureInfo.CurrentCulture)
            : value?.ToString();
        return builder => builder.AddContent(0, text);
    }
}
