using Microsoft.AspNetCore.Components;

namespace ClinicPortal.FluentUI;

/// <summary>A column of a <see cref="FluentDataGrid{TGridItem}"/>. It renders nothing by itself; the grid asks it for its cells.</summary>
public abstract class ColumnBase<TGridItem> : ComponentBase
{
    [CascadingParameter]
    internal FluentDataGrid<TGridItem> Grid { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>The head of the column is for the ear only: columns of buttons.</summary>
    [Parameter]
    public bool TitleHidden { get; set; }

    [Parameter]
    public Align Align { get; set; }

    [Parameter]
    public string? Class { get; set; }

    /// <summary>The cells of this column name their rows: the patient, the clinic.</summary>
    [Parameter]
    public bool RowHeader { get; set; }

    /// <summary>Where pressing the head sorts by this column; null if it does not.</summary>
    [Parameter]
    public string? SortHref { get; set; }

    /// <summary><c>ascending</c> or <c>descending</c> if the rows come sorted by this column.</summary>
    [Parameter]
    public string? Sorted { get; set; }

    internal string? CellClass => (Align, Class) switch
    {
        (Align.End, null) => "numeric",
        (Align.End, _) => "numeric " + Class,
        (Align.Center, null) => "center",
        (Align.Center, _) => "center " + Class,
        _ => Class,
    };

    internal abstract RenderFragment Cell(TGridItem item);

    protected override void OnInitialized() => Grid.Add(this);
}
