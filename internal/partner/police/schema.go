package police

import "reflect"

// reflectProblem is the type that describes an error answer.
var reflectProblem = reflect.TypeFor[Problem]()
