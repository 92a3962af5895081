using System.Reflection;
using System.Reflection.Emit;

namespace ClinicPortal.Tests.Architecture;

/// <summary>Every type that a type names: in its declaration, its members' signatures, its attributes and its methods' code.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IReadOnlySet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        Add(found, type.GetInterfaces());
        Add(found, type.GetCustomAttributesData());
        foreach (var member in type.GetMembers(Declared))
        {
            Add(found, member.GetCustomAttributesData());
            switch (member)
            {
                case FieldInfo field:
                    Add(found, field.FieldType);
                    break;
                case PropertyInfo property:
                    Add(found, property.PropertyType);
                    break;
                case MethodBase method:
                    AddMethod(found, method);
                    break;
            }
        }
        return found;
    }

    private static void AddMethod(HashSet<Type> found, MethodBase method)
    {
        Add(found, (method as MethodInfo)?.ReturnType);
        Add(found, method.GetParameters().Select(p => p.ParameterType));
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }
        Add(found, body.LocalVariables.Select(v => v.LocalType));
        foreach (var token in Tokens(body.GetILAsByteArray()!))
        {
            AddMember(found, method.Module.ResolveMember(token, method.DeclaringType!.GetGenericArguments(),
                method.IsGenericMethod ? method.GetGenericArguments() : null));
        }
    }

    private static void AddMember(HashSet<Type> found, MemberInfo? member)
    {
        Add(found, member as Type ?? member?.DeclaringType);
        switch (member)
        {
            case FieldInfo field:
                Add(found, field.FieldType);
                break;
            case MethodInfo method:
                Add(found, method.ReturnType);
                Add(found, method.GetParameters().Select(p => p.ParameterType));
                Add(found, method.IsGenericMethod ? method.GetGenericArguments() : []);
                break;
            case ConstructorInfo constructor:
                Add(found, constructor.GetParameters().Select(p => p.ParameterType));
                break;
        }
    }

    /// <summary>The metadata tokens of types, methods and fields in a method's code.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BitConverter.ToInt32(code, at);
            }
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static void Add(HashSet<Type> found, IEnumerable<CustomAttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(found, attribute.AttributeType);
            Add(found, attribute.ConstructorArguments.Select(a => a.Value).OfType<Type>());
        }
    }

    private static void Add(HashSet<Type> found, IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Add(found, type);
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }
        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
            return;
        }
        if (found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type) || type.IsGenericType)
        {
            Add(found, type.GetGenericArguments());
        }
    }
}
